/* Upload: files, what is wanted of them, then a job. */

import { get, post } from "./api.js";
import { button, el, labelled, named, replace, select } from "./dom.js";
import { failure, isAbort, tell } from "./notices.js";
import { poll } from "./poll.js";
import { go } from "./router.js";
import { bytes, counted, MODES } from "./say.js";
import { schemaEditor } from "./schema_editor.js";
import { send, together } from "./sending.js";

const MOST_FILES = 1000;
const MOST_BYTES = 150_000_000;
const MOST_EXTRACTORS = 100;

export async function uploadView({ signal }) {
  const saved = await get("/extractors", { query: { limit: MOST_EXTRACTORS }, signal });
  const chosen = filePicker();
  const wish = wishes(saved.items);
  const problem = el("div", {});
  const spoken = el("p", { role: "status", class: "spoken" });
  const start = el("button", { type: "submit", class: "primary" }, "Extract");
  const suggest = button("Suggest fields from the first file", infer);
  wish.offer(suggest);
  const form = el("form", { novalidate: true }, chosen.node, wish.node, problem, el("div", { class: "actions" }, start, spoken));
  // One key for one set of wishes: a submit that is repeated makes one job.
  let attempt = null;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(async () => {
      const asked = wish.value();
      if (!chosen.files.length) throw new Problem("Choose at least one file.");
      await sent(chosen.files);
      const body = { file_ids: chosen.files.map((one) => one.id), ...asked };
      const said = JSON.stringify(body);
      if (attempt?.said !== said) attempt = { said, key: randomKey() };
      spoken.textContent = "Submitting…";
      const job = await post("/jobs", body, { signal, repeat: true, headers: { "idempotency-key": attempt.key } });
      go(`jobs/${job.id}`);
    });
  });

  function infer() {
    run(async () => {
      const [first] = chosen.files;
      if (!first) throw new Problem("Choose a file first: its fields are suggested.");
      await sent([first]);
      spoken.textContent = `Looking at ${first.file.name}…`;
      const body = { file_ids: [first.id], infer: true, ...wish.reading() };
      const job = await post("/jobs", body, { signal, repeat: true, headers: { "idempotency-key": randomKey() } });
      wish.set(await inferred(job.id, signal));
      tell("These fields were found. Change them as you like, then extract.");
    });
  }

  async function sent(files) {
    const left = files.filter((one) => !one.id);
    let done = 0;
    await together(left, async (one) => {
      one.progress(0);
      one.id = await send(one.file, one.progress, signal);
      one.progress(1);
      done += 1;
      spoken.textContent = `Sent ${done} of ${counted(left.length, "file", "files")}.`;
    });
  }

  async function run(work) {
    replace(problem);
    start.disabled = suggest.disabled = true;
    chosen.lock(true);
    try {
      await work();
    } catch (error) {
      if (isAbort(error)) return;
      replace(problem, error instanceof Problem ? el("p", { class: "failure", role: "alert" }, error.message) : failure(error));
      problem.scrollIntoView({ block: "nearest" });
    } finally {
      start.disabled = suggest.disabled = false;
      chosen.lock(false);
      spoken.textContent = "";
    }
  }

  return { title: "Upload", node: form };
}

class Problem extends Error {}

/** The files that were chosen: {file, id, progress}. */
function filePicker() {
  const files = [];
  const list = el("ul", { class: "files" });
  const input = el("input", { type: "file", multiple: true, id: "files", class: "unseen" });
  const said = el("p", { class: "spoken", role: "status" });
  const drop = el(
    "div", { class: "drop" },
    input,
    el("label", { for: "files", class: "as-button" }, "Choose files"),
    el("p", {}, "or drop them here: PDF, images, Office, text; up to 150 MB each"),
  );
  let locked = false;

  function take(found) {
    if (locked) return;
    const refused = [];
    for (const file of found) {
      if (files.length >= MOST_FILES) refused.push(`${file.name}: at most ${MOST_FILES} files go in one job.`);
      else if (!file.size) refused.push(`${file.name} is empty.`);
      else if (file.size > MOST_BYTES) refused.push(`${file.name} is larger than 150 MB.`);
      else add(file);
    }
    said.textContent = [files.length ? counted(files.length, "file", "files") + " chosen." : "", ...refused.slice(0, 5)].join(" ");
  }

  function add(file) {
    const bar = el("progress", { max: "1", value: 0, hidden: true, "aria-label": `Sending ${file.name}` });
    const state = el("span", { class: "state" });
    const one = { file, id: null };
    one.progress = (share) => {
      bar.hidden = share >= 1;
      bar.value = share;
      state.textContent = share >= 1 ? "sent" : `${Math.floor(share * 100)}%`;
    };
    const remove = button("Remove", () => {
      if (locked) return;
      files.splice(files.indexOf(one), 1);
      item.remove();
      said.textContent = `${counted(files.length, "file", "files")} chosen.`;
      input.focus();
    }, { class: "quiet", "aria-label": `Remove ${file.name}` });
    const item = el("li", {}, named(file.name), el("span", { class: "size" }, bytes(file.size)), bar, state, remove);
    files.push(one);
    list.append(item);
  }

  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  const over = (event) => {
    event.preventDefault();
    drop.classList.add("over");
  };
  drop.addEventListener("dragover", over);
  drop.addEventListener("dragenter", over);
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take(event.dataTransfer.files);
  });
  const lock = (closed) => {
    locked = closed;
    input.disabled = closed;
  };
  return { node: el("section", {}, el("h2", {}, "Documents"), drop, said, list), files, lock };
}

/** What is wanted: a saved extractor, fields of one's own, or the text. */
function wishes(extractors) {
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

/** Wait for the schema of a job that infers one. */
async function inferred(jobId, signal) {
  let schema = null;
  await poll(async () => {
    const { items } = await get(`/jobs/${jobId}`, { query: { limit: 1 }, signal });
    const [document] = items;
    if (!document || !["succeeded", "failed", "cancelled"].includes(document.status)) return "same";
    if (document.status !== "succeeded") throw new Problem(document.refusal?.message ?? "No fields could be suggested.");
    schema = (await get(`/documents/${document.id}`, { signal })).json_schema;
    return "over";
  }, signal);
  if (!schema?.properties || !Object.keys(schema.properties).length)
    throw new Problem("No fields were found in that document. Name them yourself, or try another.");
  return schema;
}

function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
