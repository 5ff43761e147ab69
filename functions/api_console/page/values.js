/* One value: as a button that leads to its place on the page, with its confidence; for a reviewer also as a control. */

import { button, el, replace, select } from "./dom.js";
import { typed } from "./outline.js";
import { percent, valueText } from "./say.js";

const LONG = 60;

/**
 * A value of `leaf`, whose `field` is {confidence, citations} or absent.
 * `by` is the pane: {editable, threshold, first(leaf): its value before any correction, choose(cell), changed(cell), next()}.
 * Answers a cell: {node, button, leaf, field, doubtful, show(), chosen(is), edit(), refuse(message)}.
 */
export function valueCell(leaf, field, doubtful, by) {
  const name = leaf.trail.join(", ");
  const first = by.first(leaf);
  const value = el("button", { type: "button", class: "value", "aria-pressed": "false", data: { path: leaf.path } });
  const problem = el("p", { class: "failure", role: "alert", hidden: true });
  const pencil = by.editable && button("Edit", edit, { class: "quiet pencil", hidden: true, "aria-label": `Edit ${name}` });
  const sure = el("span", { class: "sure" });
  const node = el("div", { class: doubtful ? "cell doubtful" : "cell" }, value, pencil, sure, problem);
  const cell = { node, leaf, field, doubtful, button: value, show, chosen, edit, refuse };
  let control = null;
  value.addEventListener("click", () => by.choose(cell));
  if (by.editable) value.addEventListener("dblclick", edit);
  show();
  return cell;

  function show() {
    const now = leaf.holder[leaf.key];
    const said = valueText(now);
    const own = now !== first;
    node.classList.toggle("corrected", own);
    replace(value, said === null ? el("span", { class: "none" }, "not found") : el("bdi", {}, said));
    const share = own ? null : field?.confidence;
    value.setAttribute("aria-label", `${name}: ${said ?? "not found"}${doubtful && !own ? ", in doubt" : ""}`);
    replace(sure, own ? "corrected" : share === null || share === undefined ? null : confidence(share, by.threshold));
  }

  function chosen(is) {
    value.setAttribute("aria-pressed", String(is));
    node.classList.toggle("chosen", is);
    if (pencil) pencil.hidden = !is;
  }

  function edit() {
    if (!by.editable || control) return;
    by.choose(cell);
    control = controlOf(leaf);
    control.setAttribute("aria-label", name);
    problem.id ||= `problem-${Math.random().toString(36).slice(2)}`;
    control.setAttribute("aria-describedby", problem.id);
    control.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave(false, true);
      else if (event.key === "Enter" && !event.shiftKey) leave(true, true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    control.addEventListener("blur", () => leave(true, false));
    value.hidden = true;
    value.before(control);
    control.focus();
    control.select?.();
  }

  function leave(keep, byKey) {
    if (!control) return;
    const written = control;
    control = null;
    if (keep) {
      leaf.holder[leaf.key] = typed(written.value, leaf.schema);
      problem.hidden = true;
    }
    value.hidden = false;
    written.remove();
    if (keep) by.changed(cell);
    if (byKey && keep) by.next(cell);
    else if (byKey) value.focus();
  }

  function refuse(message) {
    problem.hidden = false;
    problem.textContent = message;
    node.scrollIntoView({ block: "nearest" });
  }
}

/** Number and bar; the bar says nothing that the number does not. */
export function confidence(share, threshold) {
  const low = threshold !== null && threshold !== undefined && share * 100 < threshold;
  const bar = el("span", { class: "bar", "aria-hidden": "true", vars: { share } });
  return el("span", { class: low ? "confidence low" : "confidence", title: "How sure the value is" }, bar, percent(share));
}

function controlOf(leaf) {
  const { schema } = leaf;
  const text = valueText(leaf.holder[leaf.key]) ?? "";
  const types = [schema.type].flat();
  if (Array.isArray(schema.enum)) {
    const options = schema.enum.filter((one) => one !== null).map(String);
    return select([["", "not in the document"], ...options.map((one) => [one, one])], { value: text });
  }
  if (types.includes("boolean")) return select([["", "not in the document"], ["yes", "yes"], ["no", "no"]], { value: text });
  if (text.length > LONG || text.includes("\n")) {
    const area = el("textarea", { rows: "3" });
    area.value = text;
    return area;
  }
  const figures = types.includes("number") || types.includes("integer");
  const hint = schema.format === "date" ? "YYYY-MM-DD" : null;
  return el("input", { value: text, inputmode: figures ? "decimal" : null, placeholder: hint, autocomplete: "off" });
}
