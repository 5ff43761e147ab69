/* Credits, and what each job took. */

import { get } from "./api.js";
import { el, link } from "./dom.js";
import { empty, pager, table } from "./lists.js";
import { dollars, moment, number } from "./say.js";

export async function usageView({ query, signal }) {
  const [me, page] = await Promise.all([
    get("/me", { signal }),
    get("/usage", { query: { cursor: query.get("cursor"), limit: 50 }, signal }),
  ]);
  const { available, reserved, spent } = me.credits;
  const facts = [["Credits left", available], ["Held for what runs", reserved], ["Spent", spent], ["Documents at once", me.slots]];
  const figures = el("dl", { class: "facts large" }, facts.map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, number(value)))));
  const columns = [
    ["Job", (one) => link(`#/jobs/${one.job_id}`, `Job ${one.job_id.slice(-6)}`)],
    ["Submitted", (one) => moment(one.created_at)],
    ["Reading", (one) => one.mode],
    ["Documents", (one) => number(one.documents), "number"],
    ["Pages", (one) => number(one.pages), "number"],
    ["At AWS, at most", (one) => dollars(one.usd_at_most), "number"],
  ];
  const said = el("p", { class: "hint" }, "A credit is a page. AWS's list prices, as if every page had gone to Textract; pages with text of their own do not in the fast mode. A document's own view says what it really took.");
  const list = page.items.length ? [table("Usage by job, the newest first", columns, page.items), pager("usage", query, page.next_cursor)] : empty("Nothing was used yet.");
  return { title: "Usage", node: el("div", {}, figures, said, list) };
}
