/* From the address's hash to a view. A view is a function of {params, query, signal} that answers {title, node}; the
   signal aborts when the view is left. */

import { el, replace } from "./dom.js";
import { failure, isAbort } from "./notices.js";

const main = document.getElementById("main");
let left = new AbortController();

/** `views`: {"jobs/:id": view}. `entered` is called with the first word of the address. */
export function startRouter(views, entered) {
  const routes = Object.entries(views).map(([pattern, view]) => [pattern.split("/"), view]);
  const show = () => enter(routes, entered);
  addEventListener("hashchange", show);
  show();
}

export function go(path) {
  if (location.hash === `#/${path}`) dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = `#/${path}`;
}

async function enter(routes, entered) {
  left.abort(new DOMException("The view was left.", "AbortError"));
  left = new AbortController();
  const { signal } = left;
  const [path, asked] = location.hash.replace(/^#\/?/, "").split("?");
  const found = match(routes, path);
  if (!found) return go("upload");
  const [view, params] = found;
  entered(path.split("/")[0]);
  replace(main, el("p", { class: "loading" }, "Loading…"));
  main.setAttribute("aria-busy", "true");
  try {
    const { title, node } = await view({ params, query: new URLSearchParams(asked), signal });
    if (!signal.aborted) display(title, node);
  } catch (error) {
    if (!isAbort(error) && !signal.aborted) display("Not shown", failure(error, () => enter(routes, entered)));
  }
  return undefined;
}

/** The heading takes the focus, so that a screen reader says where one is. */
function display(title, node) {
  const heading = el("h1", { tabindex: "-1" }, title);
  main.removeAttribute("aria-busy");
  replace(main, heading, node);
  document.title = `${heading.textContent} · Quire`;
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function match(routes, path) {
  const words = path.split("/");
  for (const [pattern, view] of routes) {
    if (pattern.length !== words.length) continue;
    if (!pattern.every((word, place) => word[0] === ":" || word === words[place])) continue;
    const params = pattern.flatMap((word, place) => (word[0] === ":" ? [[word.slice(1), decodeURIComponent(words[place])]] : []));
    return [view, Object.fromEntries(params)];
  }
  return null;
}
