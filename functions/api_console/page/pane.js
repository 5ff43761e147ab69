/* The fields of a document: those in doubt first, then the others, objects as groups and arrays of objects as tables.
   A row of a table stays whole, so a cell in doubt stands there too. */

import { button, el, named, redraw, replace } from "./dom.js";
import { changes, emptyRow, leavesOf, outline, withoutRow } from "./outline.js";
import { placesOf } from "./places.js";
import { counted, number } from "./say.js";
import { valueCell } from "./values.js";

const MOST = 100; // rows of a table, or lines of a list, that are drawn at a time
const DEEPEST = 8; // levels of lists in lists

const REASONS = {
  header: "headings", sum: "sums", carried_forward: "carried forward", continued: "further lines of a row", footer: "footers",
  repeated: "values that the list has already", empty: "without values", unexplained: "for no known reason",
};

/** What became of the rows of lists, and what is left out of pages; nothing where there is neither. */
function account({ lists, warnings }) {
  if (!lists.length && !warnings.length) return null;
  const rows = lists.map((list) => {
    const why = {};
    for (const { reason } of list.left_out) why[reason] = (why[reason] ?? 0) + 1;
    const others = Object.entries(why).map(([reason, count]) => `${number(count)} ${REASONS[reason] ?? reason}`);
    const said = `${number(list.returned)} of ${number(list.shown)} rows on the pages${others.length ? `; left out: ${others.join(", ")}` : ""}`;
    return [el("dt", {}, list.path), el("dd", {}, said)];
  });
  const notes = warnings.map((one) => el("li", {}, `Page ${number(one.page)}: ${one.message} (${number(one.count)})`));
  return el(
    "section", { class: "account", "aria-label": "What was left out" }, el("h2", {}, "What was left out"),
    rows.length > 0 && el("dl", {}, rows), notes.length > 0 && el("ul", {}, notes),
  );
}

/**
 * `view`: a document as the API shows it, with an output.
 * `onChoose(path)`: a field was chosen; `onEdit()`: something was corrected; `onMoved(places)`: rows have other paths now.
 * Answers {node, choose(path), move(by), editChosen(), edits(), refuse(errors), places()}.
 */
export function pane(view, { editable, onChoose, onEdit = () => {}, onMoved = () => {} }) {
  const { output, review } = view;
  const before = output.parts.map((part) => part.data);
  const data = structuredClone(before);
  const starts = new Map(); // of each table, its first row that is drawn
  const firsts = new Map(); // values before any correction
  let flagged = new Set(review?.flagged ?? []);
  let known = new Map(output.fields.map((field) => [field.path, field]));
  const numbered = output.parts.length > 1 || [...known.keys(), ...flagged, ...output.missing].some((path) => path.startsWith("["));
  const prefix = (part) => (numbered ? `[${part}].` : "");
  const node = el("div", { class: "pane" });
  const spoken = el("p", { class: "unseen", role: "status" });
  const quote = el("p", { class: "quote" });
  let cells = [];
  let leaves = new Map();
  let lists = []; // [key, paths] of what is drawn in pages
  let chosen = null;

  const by = {
    editable,
    threshold: review?.threshold ?? null,
    first: (leaf) => {
      if (!firsts.has(leaf.path)) firsts.set(leaf.path, leaf.holder[leaf.key]);
      return firsts.get(leaf.path);
    },
    choose,
    changed: (cell) => {
      for (const one of cells) if (one.leaf.path === cell.leaf.path) one.show();
      onEdit();
    },
    next: () => move(1),
  };

  function draw() {
    cells = [];
    lists = [];
    const trees = data.map((one, part) => outline(one, view.json_schema, prefix(part)));
    leaves = new Map(trees.flatMap(leavesOf).map((leaf) => [leaf.path, leaf]));
    const doubts = [...flagged].map((path) => leaves.get(path)).filter(Boolean);
    const shown = paged("doubts", doubts, (leaf) => leaf.path);
    const doubtful = doubts.length > 0 && el(
      "section", { class: "doubts", "aria-label": "Values in doubt" },
      el("h2", {}, editable ? "In doubt" : "Were in doubt"),
      el("dl", {}, shown.items.map((leaf) => line(leaf, leaf.trail.join(" › ")))),
      shown.bar,
    );
    const some = paged("parts", trees, (tree) => tree.path.replace(/\.$/, ""));
    const parts = some.items.map((tree, at) => partNode(output.parts[some.from + at], tree, some.from + at));
    redraw(node, doubtful, el("section", { "aria-label": "Fields" }, doubtful && el("h2", {}, "The other fields"), parts, some.bar), account(output), spoken);
    const again = chosen && cells.find((cell) => cell.leaf.path === chosen.leaf.path);
    chosen = null;
    if (again) mark(again);
  }

  /** So many of `all` as are drawn at a time, and what leads to the others. `pathOf` an item begins its values' paths. */
  function paged(key, all, pathOf) {
    const from = Math.min(starts.get(key) ?? 0, Math.max(0, all.length - 1 - ((all.length - 1) % MOST)));
    const items = all.slice(from, from + MOST);
    if (all.length <= MOST) return { from, items, bar: null };
    lists.push([key, all.map(pathOf)]);
    const move = (by) => () => {
      starts.set(key, from + by);
      draw();
    };
    const bar = el(
      "div", { class: "pager" },
      button("Previous", move(-MOST), { disabled: from === 0 }),
      el("span", {}, `${number(from + 1)} to ${number(from + items.length)} of ${number(all.length)}`),
      button("Next", move(MOST), { disabled: from + MOST >= all.length }),
    );
    return { from, items, bar };
  }

  /** The cell of a path, drawn if it is not. */
  function cellAt(path) {
    const drawn = () => cells.find((cell) => cell.leaf.path === path);
    const holds = (one) => one === path || path.startsWith(`${one}.`) || path.startsWith(`${one}[`);
    // A list is known once it is drawn itself: one in a part, or in a row, that was not yet comes next.
    for (let tries = 0; tries < DEEPEST && !drawn() && leaves.has(path); tries += 1) {
      for (const [key, paths] of lists) {
        const at = paths.findIndex(holds);
        if (at >= 0) starts.set(key, at - (at % MOST));
      }
      draw();
    }
    return drawn();
  }

  function partNode(part, tree, at) {
    const title = numbered && el("h3", {}, named(part.name ?? `Part ${at + 1}`), el("small", {}, ` ${pagesOf(part.pages)}`));
    return el("div", { class: "part" }, title, groupBody(tree));
  }

  function groupBody(tree) {
    const { items, bar } = paged(tree.path || "fields", tree.children, (child) => child.path);
    const blocks = [];
    let lines = [];
    const flush = () => {
      if (lines.length) blocks.push(el("dl", {}, lines));
      lines = [];
    };
    for (const child of items) {
      if (child.kind === "leaf") {
        if (!flagged.has(child.path)) lines.push(line(child, child.label));
      } else {
        flush();
        blocks.push(blockNode(child));
      }
    }
    flush();
    return bar ? [blocks, bar] : blocks;
  }

  function blockNode(tree) {
    const title = el("h3", {}, tree.label);
    if (tree.kind === "rows") return el("section", { class: "group" }, title, rowsNode(tree));
    const body = tree.children.length ? groupBody(tree) : [el("p", { class: "none" }, "none found")];
    // All of it may stand among what is in doubt.
    return body.length > 0 && el("section", { class: "group" }, title, body);
  }

  function rowsNode(tree) {
    const remove = (place) => () => {
      tree.holder[tree.key].splice(place, 1);
      const moved = (entries, path) => entries.flatMap((entry) => {
        const to = withoutRow(path(entry), tree.path, place);
        return to === null ? [] : [[to, entry]];
      });
      known = new Map(moved([...known.values()], (field) => field.path).map(([path, field]) => [path, { ...field, path }]));
      flagged = new Set(moved([...flagged], (path) => path).map(([path]) => path));
      for (const path of firsts.keys()) if (path.startsWith(`${tree.path}[`)) firsts.delete(path);
      chosen = null;
      drawAgain(`Row ${place + 1} removed.`);
      onMoved(placesOf(leaves, known, flagged));
    };
    const add = () => {
      tree.holder[tree.key] = [...(tree.holder[tree.key] ?? []), emptyRow(tree)];
      drawAgain("A row was added.");
      const [name] = tree.columns[0] ?? [];
      choose(cellAt(`${tree.path}[${tree.rows.length}].${name}`));
      chosen?.button.focus();
    };
    const head = el("tr", {}, tree.columns.map(([, label]) => el("th", { scope: "col" }, label)), editable && el("th", { scope: "col" }, el("span", { class: "unseen" }, "Row")));
    const { from, items, bar } = paged(tree.path, tree.rows.map((row, place) => [row, `${tree.path}[${place}]`]), ([, path]) => path);
    const rows = items.map(([row], at) =>
      el("tr", {}, tree.columns.map(([name]) => el("td", {}, inner(row[name]))),
        editable && el("td", {}, button("Remove", remove(from + at), { class: "quiet", "aria-label": `Remove row ${from + at + 1} of ${tree.label}` }))),
    );
    const table = el("table", { class: "values" }, el("caption", { class: "unseen" }, tree.label), el("thead", {}, head), el("tbody", {}, rows));
    const said = tree.rows.length ? el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": `${tree.label}, table` }, table) : el("p", { class: "none" }, "no rows");
    return [said, bar, editable && button("Add a row", add, { class: "quiet", "aria-label": `Add a row to ${tree.label}` })];
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
    draw();
    spoken.textContent = said;
    onEdit();
  }

  function choose(cell) {
    if (!cell) return;
    mark(cell);
    onChoose(cell.leaf.path);
  }

  function mark(cell) {
    for (const one of cells) one.chosen(one.leaf.path === cell.leaf.path);
    chosen = cell;
    const cited = cell.field?.citations?.[0];
    quote.remove();
    if (cited?.text) {
      replace(quote, "Page ", String(cited.page), ": “", el("bdi", {}, cited.text), "”");
      cell.node.append(quote);
    }
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
      const cell = chosen?.leaf.path === path ? chosen : cellAt(path);
      choose(cell);
      cell?.button.focus({ preventScroll: true });
      cell?.node.scrollIntoView({ block: "center" });
    },
    editChosen: () => (chosen ?? cells[0])?.edit(),
    edits: () => Object.assign({}, ...before.map((one, part) => changes(one, data[part], prefix(part)))),
    refuse: (errors) => {
      for (const { loc, msg } of errors) cellAt(loc.at(-1))?.refuse(msg);
    },
    places: () => placesOf(leaves, known, flagged),
  };
}

function pagesOf(pages) {
  if (!pages?.length) return "";
  return pages.length === 1 ? `page ${pages[0]}` : `pages ${pages[0]} to ${pages.at(-1)} (${counted(pages.length, "page", "pages")})`;
}
