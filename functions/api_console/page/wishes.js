/* What is wanted of documents: a saved extractor, fields of one's own, or the text; and how they are read. */

import { post } from "./api.js";
import { button, el, labelled, replace, select } from "./dom.js";
import { failure, isAbort, tell } from "./notices.js";
import { MODES } from "./say.js";
import { schemaEditor } from "./schema_editor.js";

/** Something to put right before anything is sent. */
export class Problem extends Error {}

/** Answers {node, value(): the fields of a job (throws Problem), reading(): of these the mode, set(schema), offer(button)}. */
export function wishes(extractors) {
  const editor = schemaEditor();
  const mode = select(["fast", "balanced", "premium"].map((key) => [key, MODES[key]]), { value: "fast" });
  const review = el("input", { type: "number", min: "1", max: "99", step: "1", inputmode: "numeric", placeholder: "none" });
  const extractor = select(extractors.map((one) => [one.id, `${one.name} (version ${one.version})`]));
  const offered = el("div", { class: "actions" });
  const panels = {
    saved: el("div", {}, labelled("Extractor", extractor, "A saved schema; each version of it stays as it is.")),
    own: el("div", {}, offered, editor.node, saving(editor, review)),
    text: el("p", {}, "The document's text and tables, in reading order, without fields."),
  };
  const kinds = [
    ...(extractors.length ? [["saved", "A saved extractor"]] : []),
    ["own", "Fields of my own"],
    ["text", "Text only"],
  ];
  let kind = kinds[0][0];
  const reviewed = labelled("Review values under (percent)", review, "Less sure values wait for a person. Empty: none do.");

  function choose(next) {
    kind = next;
    for (const [name, panel] of Object.entries(panels)) panel.hidden = name !== next;
    reviewed.hidden = next === "text";
  }

  const radios = kinds.map(([value, said], place) => {
    const radio = el("input", { type: "radio", name: "kind", value, checked: place === 0, id: `kind-${value}` });
    radio.addEventListener("change", () => choose(value));
    return el("div", { class: "choice" }, radio, el("label", { for: radio.id }, said));
  });
  const node = el(
    "section", {},
    el("h2", {}, "What to get"),
    el("fieldset", { class: "choices" }, el("legend", { class: "unseen" }, "What to get"), radios),
    Object.values(panels),
    el("div", { class: "options" }, labelled("Reading", mode, "Pages without text of their own go to Textract; more is asked of it, more it costs."), reviewed),
  );
  choose(kind);

  function threshold() {
    if (kind === "text" || review.value === "") return {};
    const percent = Number(review.value);
    if (!Number.isInteger(percent) || percent < 1 || percent > 99) throw new Problem("Review: a whole number from 1 to 99, or nothing.");
    return { review_threshold: percent };
  }

  function value() {
    if (kind === "text") return { mode: mode.value };
    if (kind === "saved") return { extractor_id: extractor.value, mode: mode.value, ...threshold() };
    const { schema, problem } = editor.value();
    if (problem) throw new Problem(problem);
    return { json_schema: schema, mode: mode.value, ...threshold() };
  }

  return { node, value, set: editor.set, reading: () => ({ mode: mode.value }), offer: (suggest) => offered.append(suggest) };
}

/** Keep the fields under a name. */
function saving(editor, review) {
  const name = el("input", { maxlength: "255", placeholder: "invoice" });
  const outcome = el("div", {});
  const save = button("Save as an extractor", async () => {
    const { schema, problem } = editor.value();
    const wrong = problem ?? (name.value.trim() ? null : "Give it a name.");
    if (wrong) return replace(outcome, el("p", { class: "failure", role: "alert" }, wrong));
    try {
      const body = { name: name.value.trim(), json_schema: schema, review_threshold: Number(review.value) || null };
      const made = await post("/extractors", body);
      replace(outcome);
      return tell(`Saved: ${made.name}. It is offered under “A saved extractor” from the next upload on.`);
    } catch (error) {
      return isAbort(error) ? undefined : replace(outcome, failure(error));
    }
  });
  return el("details", {}, el("summary", {}, "Keep these fields for later"), labelled("Name", name), save, outcome);
}
