/* Webhook endpoints, and what became of each call to them. */

import { get, post } from "./api.js";
import { button, el, labelled, link, replace, select } from "./dom.js";
import { empty, pager, table } from "./lists.js";
import { failure, isAbort, tell } from "./notices.js";
import { go } from "./router.js";
import { counted, moment, status } from "./say.js";

export async function deliveriesView({ query, signal }) {
  const receiver = query.get("receiver");
  const [{ items: endpoints }, page] = await Promise.all([
    get("/endpoints", { signal }),
    get("/deliveries", { query: { receiver, cursor: query.get("cursor"), limit: 20 }, signal }),
  ]);
  const problem = el("div", {});
  const columns = [
    ["Event", (one) => el("code", {}, one.event)],
    ["To", (one) => el("bdi", { class: "url" }, one.url ?? "a job's own webhook")],
    ["State", (one) => [status(one.status), one.test && " test"]],
    ["About", (one) => aboutOf(one)],
    ["Happened", (one) => moment(one.created_at)],
    ["Tries", triesOf],
    ["Again", (one) => (one.test ? "–" : again(one, problem, signal))],
  ];
  const list = page.items.length
    ? [table("Deliveries, the newest first", columns, page.items), pager("deliveries", query, page.next_cursor)]
    : empty("Nothing was delivered yet.");
  const node = el("div", {}, endpointList(endpoints), el("h2", {}, "Deliveries"), endpoints.length > 0 && filter(endpoints, receiver), problem, list);
  return { title: "Deliveries", node };
}

function endpointList(endpoints) {
  if (!endpoints.length) return empty("No webhook endpoints. Make one with ", el("code", {}, "quire webhook"), " or through a contract's API.");
  const columns = [
    ["URL", (one) => el("bdi", { class: "url" }, one.url)],
    ["Name", (one) => el("bdi", {}, one.name || "–")],
    ["Contract", (one) => one.contract.replace("_", ".")],
    ["Active", (one) => (one.active ? "yes" : "no")],
    ["Events", (one) => one.events.join(", ") || "–"],
  ];
  return [el("h2", {}, "Endpoints"), table("Webhook endpoints", columns, endpoints)];
}

function filter(endpoints, receiver) {
  const which = select([["", "All receivers"], ...endpoints.map((one) => [one.id, one.url])], { value: receiver ?? "" });
  which.addEventListener("change", () => go(which.value ? `deliveries?receiver=${encodeURIComponent(which.value)}` : "deliveries"));
  return el("div", { class: "filter" }, labelled("Show", which));
}

function aboutOf(one) {
  if (one.document_id) return link(`#/documents/${one.document_id}`, "its document");
  return one.job_id ? link(`#/jobs/${one.job_id}`, "its job") : "–";
}

function triesOf(one) {
  const due = one.next_at && el("p", {}, "Next: ", moment(one.next_at));
  if (!one.tries.length) return ["none yet", due];
  const lines = one.tries.map((tried) =>
    el("li", {}, moment(tried.at), `: ${tried.status ?? tried.reason ?? "no answer"}, ${tried.latency_ms} ms`, tried.answer && el("p", { class: "text answer", dir: "auto" }, tried.answer)),
  );
  const last = one.tries.at(-1);
  return [el("details", {}, el("summary", {}, `${counted(lines.length, "try", "tries")}, last: ${last.status ?? last.reason ?? "no answer"}`), el("ol", {}, lines)), due];
}

function again(one, problem, signal) {
  const send = button("Send again", async () => {
    send.disabled = true;
    replace(problem);
    try {
      await post(`/deliveries/${encodeURIComponent(one.receiver)}/${encodeURIComponent(one.id)}/redeliver`, undefined, { signal });
      tell(`${one.event} is on its way again, with the same id and the same body.`);
      dispatchEvent(new HashChangeEvent("hashchange"));
    } catch (error) {
      send.disabled = false;
      if (!isAbort(error)) replace(problem, failure(error));
    }
  }, { "aria-label": `Send ${one.event} again` });
  return send;
}
