/* Upload: files, what is wanted of them, then a job. */

import { get, post } from "./api.js";
import { button, el, replace } from "./dom.js";
import { filePicker } from "./file_picker.js";
import { failure, isAbort, tell } from "./notices.js";
import { poll } from "./poll.js";
import { go } from "./router.js";
import { counted } from "./say.js";
import { send, together } from "./sending.js";
import { Problem, wishes } from "./wishes.js";

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
