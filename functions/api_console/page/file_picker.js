/* Files to send: chosen or dropped, each with its progress. */

import { button, el, named } from "./dom.js";
import { bytes, counted } from "./say.js";

const MOST_FILES = 1000;
const MOST_BYTES = 150_000_000;

/** Answers {node, files, lock(closed)}; a file is {file, id: once it was sent, progress(share)}. */
export function filePicker() {
  const files = [];
  const list = el("ul", { class: "files" });
  const input = el("input", { type: "file", multiple: true, id: "files", class: "unseen" });
  const said = el("p", { class: "spoken", role: "status" });
  const drop = el(
    "div", { class: "drop" },
    input,
    el("label", { for: "files", class: "as-button" }, "Choose files"),
    el("p", {}, "or drop them here: PDF, images, Office, text; up to 150 MB each"),
  );
  let locked = false;

  function take(found) {
    if (locked) return;
    const refused = [];
    for (const file of found) {
      if (files.length >= MOST_FILES) refused.push(`${file.name}: at most ${MOST_FILES} files go in one job.`);
      else if (!file.size) refused.push(`${file.name} is empty.`);
      else if (file.size > MOST_BYTES) refused.push(`${file.name} is larger than 150 MB.`);
      else add(file);
    }
    said.textContent = [files.length ? counted(files.length, "file", "files") + " chosen." : "", ...refused.slice(0, 5)].join(" ");
  }

  function add(file) {
    const bar = el("progress", { max: "1", value: 0, hidden: true, "aria-label": `Sending ${file.name}` });
    const state = el("span", { class: "state" });
    const one = { file, id: null };
    one.progress = (share) => {
      bar.hidden = share >= 1;
      bar.value = share;
      state.textContent = share >= 1 ? "sent" : `${Math.floor(share * 100)}%`;
    };
    const remove = button("Remove", () => {
      if (locked) return;
      files.splice(files.indexOf(one), 1);
      item.remove();
      said.textContent = `${counted(files.length, "file", "files")} chosen.`;
      input.focus();
    }, { class: "quiet", "aria-label": `Remove ${file.name}` });
    const item = el("li", {}, named(file.name), el("span", { class: "size" }, bytes(file.size)), bar, state, remove);
    files.push(one);
    list.append(item);
  }

  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  const over = (event) => {
    event.preventDefault();
    drop.classList.add("over");
  };
  drop.addEventListener("dragover", over);
  drop.addEventListener("dragenter", over);
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take(event.dataTransfer.files);
  });
  const lock = (closed) => {
    locked = closed;
    input.disabled = closed;
  };
  return { node: el("section", {}, el("h2", {}, "Documents"), drop, said, list), files, lock };
}
