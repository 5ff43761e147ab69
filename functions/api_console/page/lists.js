/* Tables, and lists that come in pages: one page is held at a time, its cursor in the address. */

import { el, link } from "./dom.js";

/** `columns`: [heading, cell of an item, class?]. On a small screen each row becomes a card with its headings. */
export function table(caption, columns, items) {
  const head = columns.map(([heading, , kind]) => el("th", { scope: "col", class: kind }, heading));
  const rows = items.map((item) =>
    el("tr", {}, columns.map(([heading, cell, kind]) => el("td", { class: kind, data: { label: heading } }, cell(item)))),
  );
  const said = el("caption", { class: "unseen" }, caption);
  return el("table", { class: "list" }, said, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows));
}

/** Links to the first and the next page of a list; the browser's way back leads to the ones before. */
export function pager(path, query, nextCursor) {
  const first = query.get("cursor") && link(`#/${path}`, "First page");
  const rest = new URLSearchParams(query);
  if (nextCursor) rest.set("cursor", nextCursor);
  const next = nextCursor && link(`#/${path}?${rest}`, "Next page");
  return first || next ? el("nav", { class: "pager", "aria-label": "Pages of the list" }, first, next) : null;
}

export function empty(...said) {
  return el("p", { class: "empty" }, said);
}
