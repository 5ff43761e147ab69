/* The fields of a document: those in doubt first, then the others, objects as groups and arrays of objects as tables.
   A row of a table stays whole, so a cell in doubt stands there too. */

import { button, el, named, redraw, replace } from "./dom.js";
import { changes, emptyRow, leavesOf, outline } from "./outline.js";
import { counted } from "./say.js";
import { valueCell } from "./values.js";

/**
 * `view`: a document as the API shows it, with an output.
 * `onChoose(path, field)`: a field was chosen; `onEdit()`: something was corrected.
 * Answers {node, choose(path), move(by), editChosen(), edits(), refuse(errors), places()}.
 */
export function pane(view, { editable, onChoose, onEdit = () => {} }) {
  const { output, review } = view;
  const before = output.parts.map((part) => part.data);
  const data = structuredClone(before);
  const flagged = new Set(review?.flagged ?? []);
  const known = new Map(output.fields.map((field) => [field.path, field]));
  const numbered = output.parts.length > 1 || [...known.keys(), ...flagged, ...output.missing].some((path) => path.startsWith("["));
  const prefix = (number) => (numbered ? `[${number}].` : "");
  const node = el("div", { class: "pane" });
  const spoken = el("p", { class: "unseen", role: "status" });
  const quote = el("p", { class: "quote" });
  let cells = [];
  let chosen = null;

  const by = {
    editable,
    threshold: review?.threshold ?? null,
    choose,
    changed: (cell) => {
      for (const one of cells) if (one.leaf.path === cell.leaf.path) one.show();
      onEdit();
    },
    next: () => move(1),
  };

  function draw() {
    cells = [];
    const trees = data.map((one, number) => outline(one, view.json_schema, prefix(number)));
    // What the outline added for absent fields is no correction.
    trees.forEach((_, number) => fill(before[number], data[number]));
    const leaves = new Map(trees.flatMap(leavesOf).map((leaf) => [leaf.path, leaf]));
    const doubts = [...flagged].map((path) => leaves.get(path)).filter(Boolean);
    const doubtful = doubts.length > 0 && el(
      "section", { class: "doubts", "aria-label": "Values in doubt" },
      el("h2", {}, editable ? "In doubt" : "Were in doubt"),
      el("dl", {}, doubts.map((leaf) => line(leaf, leaf.trail.join(" › ")))),
    );
    const parts = trees.map((tree, number) => partNode(output.parts[number], tree, number));
    redraw(node, doubtful, el("section", { "aria-label": "Fields" }, doubtful && el("h2", {}, "The other fields"), parts), spoken);
  }

  function partNode(part, tree, number) {
    const title = numbered && el("h3", {}, named(part.name ?? `Part ${number + 1}`), el("small", {}, ` ${pagesOf(part.pages)}`));
    return el("div", { class: "part" }, title, groupBody(tree));
  }

  function groupBody(tree) {
    const blocks = [];
    let lines = [];
    const flush = () => {
      if (lines.length) blocks.push(el("dl", {}, lines));
      lines = [];
    };
    for (const child of tree.children) {
      if (child.kind === "leaf") {
        if (!flagged.has(child.path)) lines.push(line(child, child.label));
      } else {
        flush();
        blocks.push(blockNode(child));
      }
    }
    flush();
    return blocks;
  }

  function blockNode(tree) {
    const title = el("h3", {}, tree.label);
    if (tree.kind === "rows") return el("section", { class: "group" }, title, rowsNode(tree));
    const body = tree.children.length ? groupBody(tree) : el("p", { class: "none" }, "none found");
    return el("section", { class: "group" }, title, body);
  }

  function rowsNode(tree) {
    const remove = (place) => () => {
      tree.holder[tree.key].splice(place, 1);
      drawAgain(`Row ${place + 1} removed.`);
    };
    const add = () => {
      tree.holder[tree.key] = [...(tree.holder[tree.key] ?? []), emptyRow(tree)];
      drawAgain("A row was added.");
      choose(cells.find((cell) => cell.leaf.path.startsWith(`${tree.path}[${tree.rows.length}]`)));
      chosen?.button.focus();
    };
    const head = el("tr", {}, tree.columns.map(([, label]) => el("th", { scope: "col" }, label)), editable && el("th", { scope: "col" }, el("span", { class: "unseen" }, "Row")));
    const rows = tree.rows.map((row, place) =>
      el("tr", {}, tree.columns.map(([name]) => el("td", {}, inner(row[name]))),
        editable && el("td", {}, button("Remove", remove(place), { class: "quiet", "aria-label": `Remove row ${place + 1} of ${tree.label}` }))),
    );
    const table = el("table", { class: "values" }, el("caption", { class: "unseen" }, tree.label), el("thead", {}, head), el("tbody", {}, rows));
    const said = tree.rows.length ? el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": `${tree.label}, table` }, table) : el("p", { class: "none" }, "no rows");
    return [said, editable && button("Add a row", add, { class: "quiet", "aria-label": `Add a row to ${tree.label}` })];
  }

  function inner(tree) {
    return tree.kind === "leaf" ? cellOf(tree).node : blockNode(tree);
  }

  function line(leaf, label) {
    return el("div", { class: "field" }, el("dt", {}, label), el("dd", {}, cellOf(leaf).node));
  }

  function cellOf(leaf) {
    const cell = valueCell(leaf, known.get(leaf.path), flagged.has(leaf.path), by);
    cells.push(cell);
    return cell;
  }

  function drawAgain(said) {
    const path = chosen?.leaf.path;
    chosen = null;
    draw();
    if (path) choose(cells.find((cell) => cell.leaf.path === path));
    spoken.textContent = said;
    onEdit();
  }

  function choose(cell) {
    if (!cell) return;
    for (const one of cells) one.chosen(one.leaf.path === cell.leaf.path);
    chosen = cell;
    const cited = cell.field?.citations?.[0];
    quote.remove();
    if (cited?.text) {
      replace(quote, "Page ", String(cited.page), ": “", el("bdi", {}, cited.text), "”");
      cell.node.append(quote);
    }
    onChoose(cell.leaf.path, cell.field);
  }

  function move(step) {
    const inOrder = [...node.querySelectorAll(".value")].map((one) => cells.find((cell) => cell.button === one));
    const at = inOrder.indexOf(chosen);
    const cell = inOrder[Math.max(0, Math.min(inOrder.length - 1, at + step))];
    choose(cell);
    cell?.button.focus();
    cell?.node.scrollIntoView({ block: "nearest" });
  }

  draw();
  return {
    node,
    move,
    choose: (path) => {
      const cell = (chosen?.leaf.path === path && chosen) || cells.find((one) => one.leaf.path === path);
      choose(cell);
      cell?.button.focus({ preventScroll: true });
      cell?.node.scrollIntoView({ block: "center" });
    },
    editChosen: () => (chosen ?? cells[0])?.edit(),
    edits: () => Object.assign({}, ...before.map((one, number) => prefixed(changes(one, data[number]), prefix(number)))),
    refuse: (errors) => {
      for (const { loc, msg } of errors) cells.find((cell) => cell.leaf.path === loc.at(-1))?.refuse(msg);
    },
    places: () => placesOf(cells, known),
  };
}

/** Where values stand: [{path, label, page, box, doubtful}], each once. */
function placesOf(cells, known) {
  const labels = new Map(cells.map((cell) => [cell.leaf.path, [cell.leaf.trail.join(", "), cell.doubtful]]));
  return [...known.values()].flatMap((field) =>
    field.citations
      .filter((cited) => cited.box)
      .map((cited) => {
        const [label, doubtful] = labels.get(field.path) ?? [field.path, false];
        return { path: field.path, label, page: cited.page, box: cited.box, doubtful };
      }),
  );
}

function prefixed(edits, prefix) {
  return Object.fromEntries(Object.entries(edits).map(([path, value]) => [prefix + path, value]));
}

function fill(before, data) {
  if (Array.isArray(before) && Array.isArray(data)) before.forEach((one, place) => fill(one, data[place]));
  else if (before && data && typeof before === "object" && typeof data === "object")
    for (const name of Object.keys(data)) {
      if (!(name in before) && data[name] === null) before[name] = null;
      else fill(before[name], data[name]);
    }
}

function pagesOf(pages) {
  if (!pages?.length) return "";
  return pages.length === 1 ? `page ${pages[0]}` : `pages ${pages[0]} to ${pages.at(-1)} (${counted(pages.length, "page", "pages")})`;
}
