/* Requests to the API. The key is in this module's memory only: a reload forgets it. */

const BASE = "/console/api";
const PAUSES_MS = [500, 1000, 2000, 4000, 8000];

let key = null;
let askAgain = null;
let asking = null;
let online = () => {};

/** What the service refused, or why it could not be asked. `code`: the refusal's kind, "offline" without an answer. */
export class Refused extends Error {
  constructor(status, code, message, details = {}) {
    super(message);
    Object.assign(this, { status, code, details });
  }
}

export function useKey(next) {
  key = next;
}

export function hasKey() {
  return key !== null;
}

/** `onUnauthorized` resolves once there is a key again; `onConnection` is told whether answers come. */
export function configure({ onUnauthorized, onConnection }) {
  askAgain = onUnauthorized;
  online = onConnection;
}

/**
 * Ask, and answer the JSON; null where there is no body.
 * `repeat`: asking twice does no harm, so that no answer, 5xx and 429 are tried again, later and later.
 * Throws Refused, or the signal's AbortError.
 */
export async function request(method, path, { body, query, signal, headers, repeat = method === "GET" } = {}) {
  for (let tries = 0; ; tries += 1) {
    const used = key;
    try {
      const answer = await once(method, path, { body, query, signal, headers });
      online(true);
      return answer;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      online(error.code !== "offline");
      if (error.status === 401 && used !== null && askAgain) await again(used, error);
      else if (error.status === 429 && tries < PAUSES_MS.length) await pause(error.details.wait_ms, signal);
      else if (repeat && (error.status === 0 || error.status >= 500) && tries < PAUSES_MS.length)
        await pause(PAUSES_MS[tries] * (1 + Math.random() / 4), signal);
      else throw error;
    }
  }
}

export const get = (path, options) => request("GET", path, options);
export const post = (path, body, options) => request("POST", path, { body, ...options });

/** Whether a key is one: throws Refused where not. */
export async function tryKey(candidate) {
  const before = key;
  key = candidate;
  try {
    return await once("GET", "/me", {});
  } catch (error) {
    key = before;
    throw error;
  }
}

export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
    return undefined;
  });
}

/** All requests that were refused together ask for one new key. */
async function again(used, error) {
  if (key !== used && key !== null) return;
  asking ??= askAgain(error).finally(() => {
    asking = null;
  });
  await asking;
}

async function once(method, path, { body, query, signal, headers }) {
  const asked = new URLSearchParams(Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined));
  const url = `${BASE}${path}${asked.size ? `?${asked}` : ""}`;
  const said = { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
  let answer, text;
  try {
    answer = await fetch(url, {
      method,
      signal,
      headers: { ...said, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
    });
    text = await answer.text();
  } catch (error) {
    if (signal?.aborted) throw signal.reason ?? error;
    throw new Refused(0, "offline", "The service does not answer. Check the connection, then try again.");
  }
  const read = parsed(text);
  if (answer.ok && (text === "" || read !== undefined)) return text === "" ? null : read;
  throw refusal(answer, read);
}

function refusal(answer, read) {
  const said = read?.error ?? {};
  const details = { ...said.details };
  if (answer.status === 429) details.wait_ms = 1000 * Math.max(1, Number(answer.headers.get("retry-after")) || 1);
  const unsaid =
    answer.status === 413
      ? "That is too large for one request."
      : `The service answered ${answer.status}. Try again in a moment.`;
  return new Refused(answer.status, said.code ?? "unknown", said.message ?? unsaid, details);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
