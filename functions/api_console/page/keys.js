/* API keys: listed, made (shown once), revoked. */

import { get, post, request } from "./api.js";
import { ask, sure } from "./dialogs.js";
import { button, el, labelled, named, redraw, replace } from "./dom.js";
import { table } from "./lists.js";
import { failure, isAbort, tell } from "./notices.js";
import { moment } from "./say.js";

const SHOWN = 100;

export async function keysView({ signal }) {
  const list = el("div", {});
  const problem = el("div", {});

  async function draw() {
    const { items } = await get("/keys", { signal });
    // Those that still open something first; of old ones, no more than a page.
    const sorted = [...items.filter((key) => !key.revoked_at), ...items.filter((key) => key.revoked_at)].slice(0, SHOWN);
    const columns = [
      ["Name", (key) => [named(key.name ?? key.id), key.current && el("small", {}, " (yours, now)")]],
      ["May use", (key) => key.contracts?.join(", ") ?? "everything"],
      ["Made", (key) => moment(key.created_at)],
      ["Ends", (key) => (key.expires_at ? moment(key.expires_at) : "never")],
      ["State", (key) => (key.revoked_at ? ["revoked ", moment(key.revoked_at)] : revoke(key))],
    ];
    redraw(list, table("API keys", columns, sorted));
  }

  function revoke(key) {
    if (key.current) return "in use here";
    const text = `Nobody gets in with “${key.name ?? key.id}” any more, from now on.`;
    return button("Revoke", () => act(async () => {
      if (!(await sure("Revoke this key?", text, "Revoke"))) return;
      await request("DELETE", `/keys/${encodeURIComponent(key.id)}`, { signal, repeat: true });
      tell("The key is revoked.");
      await draw();
    }), { class: "danger", "aria-label": `Revoke ${key.name ?? key.id}` });
  }

  async function act(work) {
    replace(problem);
    try {
      await work();
    } catch (error) {
      if (!isAbort(error)) replace(problem, failure(error));
    }
  }

  await draw();
  return { title: "Keys", node: el("div", {}, list, problem, maker(act, draw, signal)) };
}

function maker(act, draw, signal) {
  const name = el("input", { maxlength: "100", required: true, autocomplete: "off" });
  const days = el("input", { type: "number", min: "1", max: "3650", step: "1", inputmode: "numeric", placeholder: "never" });
  const form = el(
    "form", { novalidate: true, class: "narrow" },
    el("h2", {}, "Make a key"),
    labelled("Name", name, "Who or what it is for."),
    labelled("Ends after (days)", days, "Empty: it does not end by itself."),
    el("div", { class: "actions" }, el("button", { type: "submit", class: "primary" }, "Make the key")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(async () => {
      if (!name.value.trim()) return name.focus();
      const body = { name: name.value.trim(), expires_in_days: days.value === "" ? null : Number(days.value) };
      // Not repeated by itself: each answer holds another key, and it is shown this once.
      const made = await post("/keys", body, { signal });
      await showOnce(made);
      form.reset();
      return draw();
    });
  });
  return form;
}

function showOnce(made) {
  const shown = el("input", { value: made.key, readonly: true, class: "code", spellcheck: "false" });
  const said = el("p", { role: "status" });
  const copy = button("Copy", async () => {
    shown.select();
    try {
      await navigator.clipboard.writeText(made.key);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "Press Ctrl+C to copy it.";
    }
  });
  const parts = [el("p", {}, "It is shown this once, and kept nowhere: copy it now."), labelled("API key", shown), copy, said];
  return ask(`Key “${made.name}”`, parts, [["", "I have it"]]);
}
