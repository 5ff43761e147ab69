/* One document: its page beside its fields, what it cost, and its output to take away. */

import { get } from "./api.js";
import { desk } from "./desk.js";
import { button, el, link, named } from "./dom.js";
import { failure, isAbort } from "./notices.js";
import { poll } from "./poll.js";
import { go } from "./router.js";
import { counted, dollars, moment, number, status, valueText } from "./say.js";
import { shortcuts } from "./shortcuts.js";

export async function documentView({ params, signal }) {
  const path = `/documents/${encodeURIComponent(params.id)}`;
  const view = await get(path, { signal });
  const { document: one } = view;
  const title = [named(one.name ?? `Document ${one.position + 1}`)];
  const job = el("p", {}, link(`#/jobs/${one.job_id}`, "Back to its job"));
  if (one.status === "pending" || one.status === "running") return { title, node: waiting(one, path, job, signal) };
  const body = bodyOf(view, signal);
  return { title, node: el("div", {}, job, factsOf(view), body) };
}

function bodyOf(view, signal) {
  const { document: one, output, unreadable, review } = view;
  if (one.refusal) return el("p", { class: "failure" }, one.refusal.message);
  if (!output) return el("p", { class: "failure" }, unreadable?.message ?? "There is no result.");
  const { node, fields } = desk(view, { signal });
  if (fields) shortcuts({ j: ["Next field", () => fields.move(1)], k: ["Field before", () => fields.move(-1)] }, signal);
  const review_ = one.status === "review_required" && el("p", { class: "notice doubt" }, "This document waits for a person. ", link(`#/review/${one.id}`, "Review it"));
  const save = button("Download as JSON", () => download(view), { class: "quiet" });
  return [review_, el("div", { class: "actions" }, save), review?.edits.length ? editsOf(review) : null, node];
}

function factsOf({ document: one, output, review, cost }) {
  const facts = [
    ["Status", status(one.status)],
    ["Pages", number(one.pages ?? output?.pages)],
    ["Cost at AWS", cost ? `${dollars(cost.usd)} (${counted(cost.textract_pages, "page", "pages")} to Textract)` : "–"],
    ["Submitted", moment(one.created_at)],
    ["Ended", moment(one.ended_at)],
    ["Kept until", moment(one.expires_at)],
  ];
  if (review?.verdict) facts.push(["Review", [review.verdict, ", by ", el("bdi", {}, review.decided_by ?? "somebody"), ", ", moment(review.decided_at)]]);
  return el("dl", { class: "facts" }, facts.map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value))));
}

function editsOf(review) {
  const rows = review.edits.map(({ path, before, after }) =>
    el("tr", {}, el("th", { scope: "row" }, el("bdi", {}, path)), el("td", {}, el("bdi", {}, valueText(before) ?? "nothing")), el("td", {}, el("bdi", {}, valueText(after) ?? "nothing"))),
  );
  const head = el("tr", {}, ["Field", "As it was read", "As it was corrected"].map((said) => el("th", { scope: "col" }, said)));
  return el("details", {}, el("summary", {}, counted(rows.length, "correction", "corrections")), el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Corrections" }, el("table", { class: "values" }, el("thead", {}, head), el("tbody", {}, rows))));
}

/** Shown until the document has ended, then again with its result. */
function waiting(one, path, job, signal) {
  const bar = el("progress", { max: "100", value: one.progress, "aria-label": "Progress" });
  const said = el("p", { role: "status" }, status(one.status));
  const node = el("div", {}, job, said, bar);
  poll(async () => {
    const { document: now } = await get(path, { signal });
    if (now.status !== "pending" && now.status !== "running") return "over";
    bar.value = now.progress;
    return "same";
  }, signal).then(() => go(`documents/${one.id}`), (error) => isAbort(error) || node.append(failure(error)));
  return node;
}

function download({ document: one, output }) {
  const data = output.parts.length > 1 ? output.parts : output.parts[0]?.data ?? output.chunks;
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  const anchor = el("a", { href: url, download: `${(one.name ?? one.id).replace(/[^\p{L}\p{N}._ -]/gu, "_")}.json` });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
