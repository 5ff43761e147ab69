/* One job, watched while it runs. Of its documents (10,000 at most) one page is shown at a time. */

import { get, post, request } from "./api.js";
import { sure } from "./dialogs.js";
import { button, el, link, named, redraw, replace, select } from "./dom.js";
import { jobName } from "./jobs.js";
import { empty, table } from "./lists.js";
import { failure, isAbort, tell } from "./notices.js";
import { poll } from "./poll.js";
import { go } from "./router.js";
import { counted, MODES, moment, number, status, took } from "./say.js";

const SHOWN = 50;
const LIMIT = 100;
const ENDED = ["succeeded", "failed", "cancelled"];
const COUNTS = [
  ["succeeded", "done"],
  ["review_required", "to review"],
  ["running", "running"],
  ["pending", "waiting"],
  ["failed", "failed"],
  ["cancelled", "cancelled"],
];

export async function jobView({ params, signal }) {
  const path = `/jobs/${encodeURIComponent(params.id)}`;
  const documents = new Map();
  const shown = { from: 0, only: "" };
  let { job, items, next_cursor: cursor } = await get(path, { query: { limit: LIMIT }, signal });

  const summary = el("div", {});
  const actions = el("div", { class: "actions" });
  const list = el("div", {});
  const problem = el("div", {});
  const spoken = el("p", { class: "unseen", role: "status" });
  const only = select([["", "All documents"], ...COUNTS.map(([key, said]) => [key, `Only ${said}`])], { "aria-label": "Which documents" });
  only.addEventListener("change", () => {
    Object.assign(shown, { only: only.value, from: 0 });
    drawList();
  });

  function take(found) {
    let changed = false;
    for (const document of found) {
      const known = documents.get(document.position);
      changed ||= known?.status !== document.status || known.progress !== document.progress;
      documents.set(document.position, document);
    }
    return changed;
  }

  function draw() {
    replace(summary, progressOf(job), factsOf(job));
    const said = `${doneOf(job)} of ${counted(job.documents, "document", "documents")} ended.`;
    if (spoken.textContent !== said) spoken.textContent = said;
    const over = job.ended_at !== null || !remaining(job);
    redraw(
      actions,
      job.counts.review_required > 0 && el("a", { class: "as-button primary", href: "#/review" }, "Review what waits"),
      !over && button("Cancel the job", cancel),
      button("Delete the job", remove, { class: "danger" }),
    );
    drawList();
  }

  function drawList() {
    const all = [...documents.values()].filter((one) => !shown.only || one.status === shown.only).sort((a, b) => a.position - b.position);
    shown.from = Math.min(shown.from, Math.max(0, all.length - 1));
    shown.from -= shown.from % SHOWN;
    const page = all.slice(shown.from, shown.from + SHOWN);
    const turn = (by) => () => {
      shown.from += by;
      drawList();
    };
    const more = all.length > SHOWN && el(
      "div", { class: "pager" },
      button("Previous", turn(-SHOWN), { disabled: shown.from === 0 }),
      el("span", {}, `${number(shown.from + 1)} to ${number(shown.from + page.length)} of ${number(all.length)}`),
      button("Next", turn(SHOWN), { disabled: shown.from + SHOWN >= all.length }),
    );
    redraw(list, page.length ? table("Documents of the job", COLUMNS, page) : empty("No such documents."), more);
  }

  async function cancel() {
    const text = "Documents that have not started will not; those that run, finish.";
    if (!(await sure("Cancel this job?", text, "Cancel the job"))) return;
    await act(async () => {
      job = await post(`${path}/cancel`, undefined, { repeat: true });
      tell("The job is cancelled.");
      draw();
      if (!cursor) watch(await refreshed());
    });
  }

  async function remove() {
    const text = "Its results and uploads are removed at once, and cannot be had back.";
    if (!(await sure("Delete this job?", text, "Delete the job"))) return;
    await act(async () => {
      await request("DELETE", path, { repeat: true });
      tell("The job is deleted.");
      go("jobs");
    });
  }

  async function act(run) {
    try {
      await run();
    } catch (error) {
      if (!isAbort(error)) replace(problem, failure(error));
    }
  }

  async function refreshed() {
    const answer = await get(path, { query: { limit: LIMIT }, signal });
    ({ job } = answer);
    take(answer.items);
    draw();
    return answer.next_cursor;
  }

  /** Follow the changes until there will be none. */
  function watch(from) {
    cursor = from;
    if (!cursor) return undefined;
    const step = async () => {
      const answer = await get(path, { query: { cursor, limit: LIMIT }, signal });
      const changed = take(answer.items) || answer.job.status !== job.status;
      ({ job, next_cursor: cursor } = answer);
      if (changed) draw();
      if (!cursor) {
        draw();
        return "over";
      }
      return changed ? "changed" : "same";
    };
    return act(() => poll(step, signal));
  }

  take(items);
  draw();
  watch(cursor);
  const node = el("div", {}, summary, actions, problem, spoken, job.documents > 1 && el("div", { class: "filter" }, only), list);
  const first = items.find((one) => one.position === 0)?.name;
  return { title: ["Job ", named(jobName({ ...job, names: first ? [first] : [] }))], node };
}

const COLUMNS = [
  ["Document", (one) => link(`#/${one.status === "review_required" ? "review" : "documents"}/${one.id}`, named(one.name ?? `Document ${one.position + 1}`))],
  ["Status", (one) => [status(one.status), one.refusal && el("p", { class: "why" }, one.refusal.message)]],
  ["Progress", progressCell],
  ["Pages", (one) => number(one.pages), "number"],
  ["Took", (one) => took(one.started_at, one.ended_at), "number"],
];

function progressCell(one) {
  if (one.status !== "running") return one.status === "pending" ? "–" : "";
  return el("progress", { max: "100", value: one.progress, "aria-label": `Progress: ${one.progress} percent` });
}

function progressOf(job) {
  const said = COUNTS.filter(([key]) => job.counts[key]).map(([key, word]) => `${number(job.counts[key])} ${word}`).join(", ");
  const bar = el("progress", { max: String(job.documents), value: doneOf(job), "aria-label": "Documents that have ended" });
  return el("div", { class: "summary" }, status(job.status), bar, el("span", {}, said));
}

function factsOf(job) {
  const facts = [
    ["Extractor", job.extractor ? named(job.extractor.name ?? "deleted") : "none saved"],
    ["Reading", MODES[job.mode] ?? job.mode],
    ["Pages charged", number(job.pages)],
    ["Submitted", moment(job.created_at)],
    ["Ended", moment(job.ended_at)],
    ["Kept until", moment(job.expires_at)],
  ];
  return el("dl", { class: "facts" }, facts.map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value))));
}

function doneOf(job) {
  return ENDED.reduce((sum, key) => sum + job.counts[key], 0);
}

function remaining(job) {
  return job.documents - doneOf(job);
}
