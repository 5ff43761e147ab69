/* What is told while the view stays: a few lines, read out by screen readers, each to be put away. */

import { button, el, replace } from "./dom.js";
import { Refused } from "./api.js";

const MOST = 3;
const place = document.getElementById("notices");
const offline = el("p", { class: "notice bad" }, "The service does not answer. This page keeps trying.");

/** `tone`: good, doubt or bad. */
export function tell(text, tone = "good") {
  const line = el("p", { class: `notice ${tone}` }, el("span", {}, text));
  line.append(button("Dismiss", () => line.remove(), { class: "quiet" }));
  place.append(line);
  while (place.children.length > MOST) place.firstElementChild.remove();
}

export function clearNotices() {
  replace(place);
}

export function connection(answers) {
  if (answers) offline.remove();
  else if (!offline.isConnected) place.append(offline);
}

/** An error in words, with what to do; `retry` is offered where trying again may help. */
export function failure(error, retry) {
  if (!(error instanceof Refused)) console.error(error);
  const words = error instanceof Refused ? error.message : "Something went wrong on this page. Reload it, and sign in again.";
  const again = retry && (error.status === 0 || error.status >= 500 || error.status === 429);
  const advice = ADVICE[error.code];
  return el(
    "div",
    { class: "failure", role: "alert" },
    el("p", {}, words, advice && ` ${advice}`),
    again && button("Try again", retry),
  );
}

export function isAbort(error) {
  return error?.name === "AbortError";
}

const ADVICE = {
  not_found: "It may have been deleted, or belong to somebody else.",
  job_not_found: "It may have been deleted, or belong to somebody else.",
  result_expired: "Send the document again to read it once more.",
  payment_required: "Add credits with `quire credits`, then submit again.",
  forbidden: "Ask for a key that may use the console.",
};
