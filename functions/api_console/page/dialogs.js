/* Modal dialogs: the browser keeps the focus inside, and gives it back. */

import { button, el } from "./dom.js";

/** Show a dialog of these parts; resolves with what it was closed with ("" by Escape). `actions`: [value, label, class]. */
export function ask(title, parts, actions) {
  const heading = el("h2", { id: "dialog-title" }, title);
  const buttons = actions.map(([value, label, kind]) => button(label, () => dialog.close(value), { class: kind }));
  const dialog = el("dialog", { "aria-labelledby": heading.id }, heading, parts, el("div", { class: "actions" }, buttons));
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    dialog.showModal();
  });
}

/** Whether somebody is sure. */
export async function sure(title, text, action) {
  return (await ask(title, el("p", {}, text), [["", "Keep it"], ["yes", action, "danger"]])) === "yes";
}

/** Whether a dialog is in front. */
export function busy() {
  return document.querySelector("dialog[open]") !== null;
}
