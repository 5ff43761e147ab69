/* Files on their way into the bucket: announced to the API, then put where it says. */

import { pause, post, Refused } from "./api.js";

const TRIES = 4;
const AT_ONCE = 3;

/**
 * Send a file; answers its id. `progress` is told the share (0..1) that has gone.
 * The bytes go to a signed URL, which names the right and needs no key.
 */
export async function send(file, progress, signal) {
  for (let tries = 1; ; tries += 1) {
    const said = { name: file.name || "unnamed", size: file.size, media_type: file.type || null };
    const announced = await post("/files", said, { signal, repeat: true });
    try {
      await put(announced.upload.url, file, progress, signal);
      return announced.id;
    } catch (error) {
      if (!(error instanceof Refused) || tries === TRIES) throw error;
      await pause(1000 * 2 ** tries, signal);
    }
  }
}

/** Run `work` for each item, a few at a time; the first error ends it. */
export async function together(items, work) {
  const waiting = [...items];
  const worker = async () => {
    while (waiting.length) await work(waiting.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** XMLHttpRequest, for fetch does not tell how much has gone. */
function put(url, file, progress, signal) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const stop = () => call.abort();
    const fail = (status) => reject(new Refused(status, "offline", `${file.name} did not get through. Check the connection, then try again.`));
    call.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    call.addEventListener("load", () => (call.status < 300 ? resolve() : fail(call.status)));
    call.addEventListener("error", () => fail(0));
    call.addEventListener("timeout", () => fail(0));
    call.addEventListener("abort", () => reject(signal.reason));
    call.addEventListener("loadend", () => signal.removeEventListener("abort", stop));
    signal.addEventListener("abort", stop);
    call.open("PUT", url);
    call.send(file);
  });
}
