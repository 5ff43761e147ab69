/* The fields that are wanted: as a list, or as JSON Schema. Both are views of one schema. */

import { button, el, labelled, redraw, select } from "./dom.js";
import { isOther, newRow, problemOf, rowProblem, rowsOf, schemaOf, TYPES } from "./schema_rows.js";

/** Answers {node, set(schema), value()}; `value()` is {schema} or {problem}. */
export function schemaEditor() {
  let schema = {};
  let rows = [newRow()];
  let asJson = false;
  const list = el("div", { class: "rows" });
  const text = el("textarea", { rows: "14", spellcheck: "false", class: "code" });
  const check = el("p", { class: "check", role: "status" });
  const json = el("div", {}, labelled("JSON Schema", text), check);
  const toggle = button("Edit as JSON", turn, { class: "quiet" });
  const add = button("Add a field", () => {
    rows.push(newRow());
    draw();
    [...list.querySelectorAll(".field-name")].at(-1)?.focus();
  });
  const node = el("div", { class: "editor" }, list, json, el("div", { class: "actions" }, add, toggle));
  text.addEventListener("input", checkJson);

  function turn() {
    if (asJson) {
      if (problemOf(text.value)) return checkJson();
      schema = JSON.parse(text.value);
      rows = rowsOf(schema);
    } else text.value = JSON.stringify(schemaOf(rows, schema), null, 2);
    asJson = !asJson;
    return draw();
  }

  function checkJson() {
    const problem = problemOf(text.value);
    check.textContent = problem ?? "This is a schema.";
    check.className = `check ${problem ? "bad" : "good"}`;
    text.setAttribute("aria-invalid", String(Boolean(problem)));
  }

  function draw() {
    list.hidden = asJson;
    add.hidden = asJson;
    json.hidden = !asJson;
    toggle.textContent = asJson ? "Edit as a list" : "Edit as JSON";
    if (asJson) checkJson();
    else redraw(list, rows.map((row) => rowNode(row, rows, "Field", draw)));
  }

  function set(next) {
    schema = next;
    rows = rowsOf(next) ?? [newRow()];
    asJson = rowsOf(next) === null;
    text.value = JSON.stringify(next, null, 2);
    draw();
  }

  function value() {
    const problem = asJson ? problemOf(text.value) : rowProblem(rows);
    if (problem) return { problem };
    return { schema: asJson ? JSON.parse(text.value) : schemaOf(rows, schema) };
  }

  draw();
  return { node, set, value };
}

function rowNode(row, rows, what, draw) {
  const place = rows.indexOf(row) + 1;
  const name = el("input", { class: "field-name", value: row.name, spellcheck: "false", maxlength: "100", placeholder: "invoice_number" });
  const description = el("input", { value: row.description, placeholder: "What it is, and how it is printed" });
  const offered = isOther(row.type) ? [...TYPES, ["other", "As in the JSON"]] : TYPES;
  const type = select(offered, { value: row.type });
  name.addEventListener("input", () => (row.name = name.value));
  description.addEventListener("input", () => (row.description = description.value));
  type.addEventListener("change", () => {
    row.type = type.value;
    if (row.type === "table" && !row.fields.length) row.fields = [newRow()];
    draw();
  });
  const remove = button("Remove", () => {
    rows.splice(rows.indexOf(row), 1);
    draw();
  }, { class: "quiet", "aria-label": `Remove ${what.toLowerCase()} ${row.name || place}` });
  const inner = row.type === "table" && el(
    "div", { class: "inner" },
    row.fields.map((one) => rowNode(one, row.fields, "Column", draw)),
    button("Add a column", () => {
      row.fields.push(newRow());
      draw();
    }),
  );
  const line = el("div", { class: "row" }, labelled("Name", name), labelled("Type", type), labelled("Description", description), remove);
  return el("fieldset", {}, el("legend", {}, `${what} ${place}`), line, inner);
}
