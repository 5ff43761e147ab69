/* How times, sizes, amounts and statuses are said. */

import { el } from "./dom.js";

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const NUMBER = new Intl.NumberFormat();

const STATUSES = {
  pending: ["Waiting", "still"],
  running: ["Running", "busy"],
  review_required: ["Needs review", "doubt"],
  succeeded: ["Done", "good"],
  completed: ["Done", "good"],
  delivered: ["Delivered", "good"],
  partially_failed: ["Partly failed", "doubt"],
  failed: ["Failed", "bad"],
  cancelled: ["Cancelled", "still"],
  expired: ["Expired", "still"],
  dropped: ["Dropped", "still"],
};

export const MODES = {
  fast: "Fast: words only",
  balanced: "Balanced: also forms and tables",
  premium: "Premium: also asks for each field",
  multimodal: "Multimodal",
};

export function moment(iso) {
  return iso ? el("time", { datetime: iso, title: iso }, MOMENT.format(new Date(iso))) : "–";
}

export function number(value) {
  return value === null || value === undefined ? "–" : NUMBER.format(value);
}

export function counted(value, one, many) {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** Cut, not rounded: what is under a threshold is never said to have reached it. */
export function percent(share) {
  return `${Math.floor(share * 100 + 1e-9)}%`;
}

export function dollars(usd) {
  if (usd === null || usd === undefined) return "–";
  return `$${usd === 0 || usd >= 1 ? usd.toFixed(2) : Number(usd.toPrecision(2)).toFixed(usd < 0.001 ? 6 : 4)}`;
}

export function bytes(size) {
  if (size < 1000) return counted(size, "byte", "bytes");
  return size < 1e6 ? `${Math.round(size / 1000)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}

export function took(from, to) {
  if (!from || !to) return "–";
  const seconds = (new Date(to) - new Date(from)) / 1000;
  return seconds < 90 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
}

export function status(value) {
  const [said, tone] = STATUSES[value] ?? [value, "still"];
  return el("span", { class: `status ${tone}` }, said);
}

/** A value of a document as text; null where there is none. */
export function valueText(value) {
  if (value === null || value === undefined || value === "") return null;
  if (value === true) return "yes";
  if (value === false) return "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `invoice_number` -> `Invoice number`; a schema's title, where it has one. */
export function fieldLabel(name, schema) {
  if (typeof schema?.title === "string" && schema.title) return schema.title;
  const said = name.replace(/_/g, " ").trim();
  return said ? said[0].toUpperCase() + said.slice(1) : name;
}
