/* The pages of a document as pictures, with a box over each place that a value was read from. */

import { get, Refused } from "./api.js";
import { button, el, replace } from "./dom.js";
import { isAbort } from "./notices.js";

const THUMBS = 8;

/**
 * `numbers` of the pages that were read, which need not begin with 1.
 * `places`: [{path, label, page, box, doubtful}], boxes in shares of the page; `onPick(path)`: a box was chosen.
 * Answers {node, show(path), turn(page), mark(places)}.
 */
export function paper({ documentId, name, numbers, places, onPick, signal }) {
  const path = `/documents/${encodeURIComponent(documentId)}/pages`;
  let page = numbers[0];
  let turned = 0;
  let chosen = null;
  const small = new Map();

  const picture = el("img", { alt: "", class: "picture" });
  const boxes = el("div", { class: "boxes", role: "group", "aria-label": "Values on this page" });
  const leaf = el("div", { class: "leaf" }, picture, boxes);
  const said = el("p", { class: "why", role: "status" });
  const sheet = el("div", { class: "sheet", tabindex: "0", role: "region", "aria-label": "Page" }, said, leaf);
  const where = el("span", { class: "where" });
  const previous = button("Previous page", () => step(-1), { class: "quiet" });
  const next = button("Next page", () => step(1), { class: "quiet" });
  const zoom = button("Larger", () => {
    const large = sheet.classList.toggle("large");
    zoom.setAttribute("aria-pressed", String(large));
    reveal();
  }, { class: "quiet", "aria-pressed": "false" });
  const thumbs = el("ol", { class: "thumbs", "aria-label": "Pages" });
  const several = numbers.length > 1;
  const node = el(
    "section", { class: "paper", "aria-label": "Pages of the document" },
    el("div", { class: "turn" }, several && previous, where, several && next, zoom), sheet, several && thumbs,
  );
  boxes.addEventListener("keydown", walk);

  function step(by) {
    turn(numbers[numbers.indexOf(page) + by]);
  }

  async function turn(to) {
    if (!numbers.includes(to)) return;
    page = to;
    turned += 1;
    const turnedTo = turned;
    const place = numbers.indexOf(page);
    where.textContent = numbers.at(-1) === numbers.length ? `Page ${page} of ${numbers.length}` : `Page ${page} (${place + 1} of ${numbers.length})`;
    previous.disabled = place === 0;
    next.disabled = place === numbers.length - 1;
    picture.alt = `Page ${page} of ${name}`;
    drawBoxes();
    drawThumbs();
    leaf.classList.add("waiting");
    said.textContent = "";
    try {
      const found = await get(`${path}/${page}`, { signal });
      if (turnedTo !== turned) return;
      picture.src = found.url;
      await picture.decode().catch(() => {
        if (turnedTo === turned) throw new Refused(0, "offline", "The picture of this page did not come through. Turn the page, or reload.");
      });
      leaf.hidden = false;
      leaf.classList.remove("waiting");
      reveal();
    } catch (error) {
      if (isAbort(error) || turnedTo !== turned) return;
      // Files of some kinds have no pages to look at: their values have the room.
      if (error.code === "unsupported_input") node.remove();
      leaf.hidden = true;
      said.textContent = error instanceof Refused ? error.message : "There is no picture of this page.";
    }
  }

  function drawBoxes() {
    const here = places.filter((place) => place.page === page);
    replace(boxes, here.map((place, number) => boxNode(place, number === 0)));
    markChosen();
  }

  function boxNode(place, first) {
    const { left, top, width, height } = place.box;
    return el("button", {
      type: "button",
      class: place.doubtful ? "box doubtful" : "box",
      tabindex: first ? "0" : "-1",
      "aria-label": place.label,
      "aria-pressed": "false",
      title: place.label,
      data: { path: place.path },
      vars: { left, top, width, height },
      on: { click: () => onPick(place.path) },
    });
  }

  /** One stop for the tabulator; the arrows lead from box to box. */
  function walk(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...boxes.children];
    const to = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    for (const one of all) one.tabIndex = one === to ? 0 : -1;
    to.focus();
  }

  function markChosen() {
    for (const one of boxes.children) {
      const is = one.dataset.path === chosen;
      one.setAttribute("aria-pressed", String(is));
      one.classList.toggle("chosen", is);
      if (is) for (const other of boxes.children) other.tabIndex = other === one ? 0 : -1;
    }
  }

  /** Scroll the sheet, and nothing else, so that the chosen box is in its middle. */
  function reveal() {
    const box = boxes.querySelector(".chosen");
    if (!box) return;
    const [outer, inner] = [sheet.getBoundingClientRect(), box.getBoundingClientRect()];
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    sheet.scrollBy({
      left: inner.left + inner.width / 2 - outer.left - outer.width / 2,
      top: inner.top + inner.height / 2 - outer.top - outer.height / 2,
      behavior,
    });
  }

  function show(fieldPath) {
    chosen = fieldPath;
    const of = places.filter((place) => place.path === fieldPath);
    if (of.length && !of.some((place) => place.page === page)) turn(of[0].page);
    else {
      markChosen();
      reveal();
    }
  }

  function drawThumbs() {
    if (!several) return;
    const at = numbers.indexOf(page);
    const around = numbers.slice(at - (at % THUMBS), at - (at % THUMBS) + THUMBS);
    if (!small.has(page)) {
      small.clear();
      replace(thumbs, around.map(thumb));
    }
    for (const [number, one] of small) one.setAttribute("aria-current", String(number === page));
  }

  function thumb(number) {
    const image = el("img", { alt: "", loading: "lazy" });
    const one = el("button", { type: "button", "aria-label": `Page ${number}`, on: { click: () => turn(number) } }, image, el("span", { "aria-hidden": "true" }, String(number)));
    small.set(number, one);
    const load = async () => {
      const found = await get(`${path}/${number}`, { query: { thumbnail: true }, signal });
      image.src = found.url;
    };
    load().catch(() => image.remove()); // its number is enough
    return el("li", {}, one);
  }

  turn(page);
  return {
    node,
    show,
    turn,
    mark: (next) => {
      places = next;
      drawBoxes();
    },
  };
}
