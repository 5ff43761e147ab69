/* Asking again and again: only while somebody looks, and the less often the less happens. */

import { pause } from "./api.js";

const SOONEST_MS = 700;
const LATEST_MS = 10_000;

/**
 * Call `step` until it answers "over" or the signal aborts. It answers "changed" or "same" otherwise: the pause grows by
 * half while nothing changes. While the tab is hidden, nothing is asked.
 */
export async function poll(step, signal) {
  let wait = SOONEST_MS;
  for (;;) {
    await visible(signal);
    const outcome = await step();
    if (outcome === "over") return;
    wait = outcome === "changed" ? SOONEST_MS : Math.min(wait * 1.5, LATEST_MS);
    await pause(wait, signal);
  }
}

function visible(signal) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (!document.hidden) return resolve();
    const done = new AbortController();
    const listen = (target, event, end) => target.addEventListener(event, () => (done.abort(), end()), { signal: done.signal });
    listen(signal, "abort", () => reject(signal.reason));
    listen(document, "visibilitychange", resolve);
    return undefined;
  });
}
