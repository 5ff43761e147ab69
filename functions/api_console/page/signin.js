/* Sign-in with an API key, which stays in this page's memory. */

import { tryKey } from "./api.js";
import { button, el, labelled, replace } from "./dom.js";
import { failure } from "./notices.js";

const WRONG = "This key is not valid: it is mistyped, was revoked, or has ended.";

/** Show the form in `place` until a key is right; answers whose it is. */
export function signIn(place) {
  document.title = "Sign in · Quire";
  return new Promise((resolve) => {
    const { form, input } = keyForm(resolve);
    const heading = el("h1", {}, "Sign in to Quire");
    replace(place, el("section", { class: "signin" }, heading, form));
    input.focus();
  });
}

/** The same in front of a view whose key is not valid any more: nothing of the view is lost. */
export function signInAgain() {
  return new Promise((resolve) => {
    const heading = el("h2", { id: "again-title" }, "Sign in again");
    const why = el("p", {}, "Your key is not valid any more. What you were doing is still here, behind this.");
    const { form, input } = keyForm((me) => {
      dialog.remove();
      resolve(me);
    });
    const dialog = el("dialog", { "aria-labelledby": heading.id }, heading, why, form);
    // There is no way on without a key: Escape does not lead past the question.
    dialog.addEventListener("close", () => dialog.isConnected && dialog.showModal());
    document.body.append(dialog);
    dialog.showModal();
    input.focus();
  });
}

function keyForm(welcome) {
  const input = el("input", { type: "password", autocomplete: "off", spellcheck: "false", required: true, name: "key" });
  const problem = el("div", {});
  const submit = el("button", { type: "submit", class: "primary" }, "Sign in");
  const hint = "Kept in this page's memory only, and nowhere else: a reload asks for it again.";
  const show = button("Show", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    show.textContent = hidden ? "Hide" : "Show";
  }, { class: "quiet", "aria-label": "Show or hide the key" });
  const form = el("form", { novalidate: true }, labelled("API key", input, hint), problem, el("div", { class: "actions" }, submit, show));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    replace(problem);
    const key = input.value.trim();
    if (!/^[\x21-\x7e]+$/.test(key)) return refuse(key ? WRONG : "Enter an API key.");
    submit.disabled = true;
    try {
      return welcome(await tryKey(key));
    } catch (error) {
      return error.status === 401 ? refuse(WRONG) : replace(problem, failure(error));
    } finally {
      submit.disabled = false;
    }
  });
  const refuse = (words) => {
    replace(problem, el("p", { class: "failure", role: "alert" }, words));
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  return { form, input };
}
