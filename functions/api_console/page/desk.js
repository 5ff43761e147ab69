/* A document beside what was read from it: a field leads to its box, a box to its field. */

import { button, el, replace } from "./dom.js";
import { empty } from "./lists.js";
import { pane } from "./pane.js";
import { paper } from "./paper.js";
import { number } from "./say.js";

const CHUNKS = 50;

/** Answers {node, fields}; `fields` is the pane, null where the document has none. */
export function desk(view, { editable = false, onEdit, signal }) {
  const { document: one, output } = view;
  const pages = one.pages ?? output?.pages ?? 0;
  const fields = output?.parts.length
    ? pane(view, { editable, onEdit, onChoose: (path) => sheet?.show(path) })
    : null;
  const places = fields?.places() ?? [];
  const name = one.name ?? `document ${one.position + 1}`;
  const sheet = pages
    ? paper({ documentId: one.id, name, pages, places, signal, onPick: (path) => fields?.choose(path) })
    : null;
  const beside = fields?.node ?? (output?.chunks.length ? chunkList(output.chunks, (page) => sheet?.turn(page)) : empty("Nothing was found in this document."));
  const node = el("div", { class: "desk" }, sheet?.node, el("div", { class: "beside" }, beside));
  return { node, fields };
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
    replace(list, page.map((chunk) => chunkNode(chunk, turn)), more);
  };
  draw();
  return list;
}

function chunkNode(chunk, turn) {
  const where = button(`Page ${chunk.page}`, () => turn(chunk.page), { class: "quiet" });
  return el("article", {}, el("p", { class: "kind" }, chunk.kind, " · ", where), el("p", { class: "text", dir: "auto" }, chunk.text));
}
