/* All jobs, the newest first, whichever contract submitted them. */

import { get } from "./api.js";
import { el, link } from "./dom.js";
import { empty, pager, table } from "./lists.js";
import { counted, moment, number, status } from "./say.js";

export async function jobsView({ query, signal }) {
  const page = await get("/jobs", { query: { cursor: query.get("cursor"), limit: 20 }, signal });
  if (!page.items.length) return { title: "Jobs", node: empty("No jobs yet. ", link("#/upload", "Upload documents"), ".") };
  const columns = [
    ["Job", (job) => link(`#/jobs/${job.id}`, el("bdi", {}, jobName(job)))],
    ["Status", (job) => status(job.status)],
    ["Documents", (job) => ended(job), "number"],
    ["Pages", (job) => number(job.pages), "number"],
    ["From", (job) => job.contract.replace("_", ".")],
    ["Submitted", (job) => moment(job.created_at)],
  ];
  return { title: "Jobs", node: el("div", {}, table("Jobs, the newest first", columns, page.items), pager("jobs", query, page.next_cursor)) };
}

/** What a job is known by: its first file where its `names` are known, or its extractor and the end of its id. */
export function jobName(job) {
  const [first] = job.names ?? [];
  if (first) return job.documents > 1 ? `${first} and ${counted(job.documents - 1, "other", "others")}` : first;
  return `${job.extractor?.name ?? counted(job.documents, "document", "documents")} · ${job.id.slice(-6)}`;
}

function ended(job) {
  const { succeeded, failed, cancelled } = job.counts;
  const done = succeeded + failed + cancelled;
  return done === job.documents ? number(job.documents) : `${number(done)} of ${number(job.documents)}`;
}
