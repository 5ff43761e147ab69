/* The review queue, and one document of it to decide on. */

import { get, post } from "./api.js";
import { desk } from "./desk.js";
import { sure } from "./dialogs.js";
import { button, el, link, named, replace } from "./dom.js";
import { empty, pager, table } from "./lists.js";
import { failure, isAbort, tell } from "./notices.js";
import { go } from "./router.js";
import { counted, moment, number } from "./say.js";
import { shortcuts } from "./shortcuts.js";

const AROUND = 100;

export async function queueView({ query, signal }) {
  const page = await get("/reviews", { query: { cursor: query.get("cursor"), limit: 20 }, signal });
  if (!page.items.length) return { title: "Review", node: empty("Nothing waits for a person.") };
  const columns = [
    ["Document", (one) => link(`#/review/${one.document_id}`, named(nameOf(one)))],
    ["Extractor", (one) => (one.extractor ? named(one.extractor) : "–")],
    ["In doubt", (one) => counted(one.flagged, "value", "values")],
    ["Waits since", (one) => moment(one.since)],
    ["Decide until", (one) => moment(one.deadline)],
  ];
  const [first] = page.items;
  const begin = el("a", { class: "as-button primary", href: `#/review/${first.document_id}` }, "Begin with the first");
  const node = el("div", {}, el("p", {}, begin), table("Documents that wait for a person", columns, page.items), pager("review", query, page.next_cursor));
  return { title: "Review", node };
}

export async function reviewView({ params, signal }) {
  const path = `/documents/${encodeURIComponent(params.id)}`;
  const [view, queue] = await Promise.all([get(path, { signal }), get("/reviews", { query: { limit: AROUND }, signal })]);
  const around = neighbours(queue.items, params.id);
  const title = ["Review ", named(view.document.name ?? `document ${view.document.position + 1}`)];
  if (view.document.status !== "review_required" || view.review?.verdict) return { title, node: decided(view, around) };
  if (!view.output) return { title, node: el("p", { class: "failure" }, view.unreadable?.message ?? "Its values cannot be shown.") };

  const { fields, node: table_ } = desk(view, { editable: true, onEdit: count, signal });
  const problem = el("div", {});
  const approve = button("Approve", () => decide(Object.keys(fields?.edits() ?? {}).length ? "edited" : "approved"), { class: "primary" });
  const reject = button("Reject", rejected, { class: "danger" });
  const back = button("Previous", () => leave(around.previous), { disabled: !around.previous });
  const on = button("Next", () => leave(around.next), { disabled: !around.next });
  const showKeys = shortcuts({
    n: ["Next document", () => leave(around.next)],
    p: ["Document before", () => leave(around.previous)],
    j: ["Next field", () => fields?.move(1)],
    k: ["Field before", () => fields?.move(-1)],
    e: ["Correct the field", () => fields?.editChosen()],
    a: ["Approve, with your corrections", () => approve.click()],
    r: ["Reject", () => reject.click()],
  }, signal);
  const keys = button("Keys (?)", showKeys, { class: "quiet" });
  const { flagged, threshold, deadline } = view.review;
  const intro = el(
    "p", {}, `${counted(flagged.length, "value is", "values are")} under ${threshold}%. Decide until `, moment(deadline), ". ",
    around.place && el("span", { class: "where" }, `${number(around.place)} of ${number(queue.items.length)}${queue.next_cursor ? " and more" : ""} waiting.`),
  );
  const bar = el("div", { class: "verdict", role: "group", "aria-label": "Decision" }, approve, reject, back, on, keys);

  let deciding = false;

  function count() {
    const edits = Object.keys(fields.edits()).length;
    approve.textContent = edits ? `Approve with ${counted(edits, "correction", "corrections")}` : "Approve";
  }

  async function leave(to) {
    if (!to) return;
    const edits = Object.keys(fields?.edits() ?? {}).length;
    const text = `${counted(edits, "correction is", "corrections are")} not saved yet.`;
    if (edits && !(await sure("Leave your corrections?", text, "Leave them"))) return;
    go(`review/${to}`);
  }

  async function rejected() {
    const text = "The document fails, its credits are given back, and nobody gets its values. That is final.";
    if (await sure("Reject this document?", text, "Reject")) await decide("rejected");
  }

  async function decide(verdict) {
    if (deciding) return;
    deciding = approve.disabled = reject.disabled = true;
    replace(problem);
    try {
      const body = verdict === "edited" ? { verdict, edits: fields.edits() } : { verdict };
      await post(`${path}/review`, body, { signal, repeat: true });
      tell(`${SAID[verdict]}: ${view.document.name ?? "the document"}.`);
      go(around.next ? `review/${around.next}` : "review");
    } catch (error) {
      if (isAbort(error)) return;
      if (error.status === 409) overtaken(error);
      else {
        fields?.refuse(error.details.errors ?? []);
        replace(problem, failure(error, () => decide(verdict)));
      }
    } finally {
      deciding = approve.disabled = reject.disabled = false;
    }
  }

  /** Somebody was faster, or the time has passed: nothing of ours was taken, and there is nothing left to do here. */
  function overtaken(error) {
    const already = error.details.verdict ? ` It is already ${error.details.verdict}.` : "";
    tell(`${error.message}${already} Nothing of yours was changed in it.`, "doubt");
    go(around.next ? `review/${around.next}` : `documents/${params.id}`);
  }

  return { title, node: el("div", {}, intro, bar, problem, table_) };
}

const SAID = { approved: "Approved", edited: "Approved with corrections", rejected: "Rejected" };

function decided({ document: one, review }, around) {
  const said = review?.verdict ? `This document was ${review.verdict} already.` : "This document is not in review.";
  const next = around.next && link(`#/review/${around.next}`, "Go on with the next");
  return el("div", {}, el("p", {}, said), el("p", {}, link(`#/documents/${one.id}`, "Show the document"), " ", next));
}

/** Who stands before and after in the queue; from the last one it goes on with the first. */
function neighbours(items, id) {
  const ids = items.map((item) => item.document_id);
  const place = ids.indexOf(id);
  const others = ids.filter((one) => one !== id);
  if (place < 0) return { place: null, previous: null, next: others[0] ?? null };
  return { place: place + 1, previous: ids[place - 1] ?? null, next: ids[place + 1] ?? others[0] ?? null };
}

function nameOf(item) {
  return item.name ?? `Document ${item.document_id.slice(-6)}`;
}
