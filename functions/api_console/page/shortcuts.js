/* Keys of a view. They rest while somebody writes, or a dialog is open. */

import { ask, busy } from "./dialogs.js";
import { el } from "./dom.js";

const NAMES = { "?": "?", Escape: "Esc" };

/** `keys`: {key: [what it does, run]}. `?` shows them. */
export function shortcuts(keys, signal) {
  const all = { ...keys, "?": ["Show this list", () => help(all)] };
  const listen = (event) => {
    const writes = event.target instanceof Element && event.target.closest("input, textarea, select");
    if (writes || busy() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const found = all[event.key];
    if (!found) return;
    event.preventDefault();
    found[1]();
  };
  document.addEventListener("keydown", listen, { signal });
  return () => help(all);
}

function help(keys) {
  const rows = Object.entries(keys).map(([key, [does]]) =>
    el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, NAMES[key] ?? key)), el("td", {}, does)),
  );
  const written = [
    ["Enter", "In a value: keep it, and go on"],
    ["Esc", "In a value: leave it as it was"],
  ].map(([key, does]) => el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, key)), el("td", {}, does)));
  return ask("Keys", el("table", { class: "keys" }, el("tbody", {}, rows, written)), [["", "Close"]]);
}
