/* A document beside what was read from it: a field leads to its box, a box to its field. */

import { button, el, redraw } from "./dom.js";
import { empty } from "./lists.js";
import { pane } from "./pane.js";
import { paper } from "./paper.js";
import { number } from "./say.js";

const CHUNKS = 50;

/** Answers {node, fields}; `fields` is the pane, null where the document has none. */
export function desk(view, { editable = false, onEdit, signal }) {
  const { document: one, output } = view;
  const numbers = pageNumbers(one, output);
  const fields = output?.parts.length
    ? pane(view, { editable, onEdit, onChoose: (path) => sheet?.show(path), onMoved: (moved) => sheet?.mark(moved) })
    : null;
  const places = fields?.places() ?? [];
  const name = one.name ?? `document ${one.position + 1}`;
  const sheet = numbers.length
    ? paper({ documentId: one.id, name, numbers, places, signal, onPick: (path) => fields?.choose(path) })
    : null;
  const beside = fields?.node ?? (output?.chunks.length ? chunkList(output.chunks, (page) => sheet?.turn(page)) : empty("Nothing was found in this document."));
  const node = el("div", { class: "desk" }, sheet?.node, el("div", { class: "beside" }, beside));
  return { node, fields };
}

/** Of a range of a file's pages, those; what was found says which. */
function pageNumbers(one, output) {
  const all = Array.from({ length: one.pages ?? output?.pages ?? 0 }, (_, at) => at + 1);
  const found = [...(output?.parts ?? []).flatMap((part) => part.pages), ...(output?.chunks ?? []).map((chunk) => chunk.page)];
  const known = [...new Set(found)].sort((a, b) => a - b);
  return known.length > all.length || known.at(-1) > all.length ? known : all;
}

function chunkList(chunks, turn) {
  let from = 0;
  const list = el("div", { class: "chunks" });
  const draw = () => {
    const page = chunks.slice(from, from + CHUNKS);
    const move = (by) => () => {
      from += by;
      draw();
    };
    const more = chunks.length > CHUNKS && el(
      "div", { class: "pager" },
      button("Previous", move(-CHUNKS), { disabled: from === 0 }),
      el("span", {}, `${number(from + 1)} to ${number(from + page.length)} of ${number(chunks.length)}`),
      button("Next", move(CHUNKS), { disabled: from + CHUNKS >= chunks.length }),
    );
    redraw(list, page.map((chunk) => chunkNode(chunk, turn)), more);
  };
  draw();
  return list;
}

function chunkNode(chunk, turn) {
  const where = button(`Page ${chunk.page}`, () => turn(chunk.page), { class: "quiet" });
  return el("article", {}, el("p", { class: "kind" }, chunk.kind, " · ", where), el("p", { class: "text", dir: "auto" }, chunk.text));
}
