/* The console: sign in, then one view at a time. */

import { configure, get, useKey } from "./api.js";
import { deliveriesView } from "./deliveries.js";
import { documentView } from "./document.js";
import { el, replace } from "./dom.js";
import { jobView } from "./job.js";
import { jobsView } from "./jobs.js";
import { keysView } from "./keys.js";
import { clearNotices, connection } from "./notices.js";
import { go, startRouter } from "./router.js";
import { queueView, reviewView } from "./review.js";
import { counted } from "./say.js";
import { signIn, signInAgain } from "./signin.js";
import { uploadView } from "./upload.js";
import { usageView } from "./usage.js";

const VIEWS = {
  upload: uploadView,
  jobs: jobsView,
  "jobs/:id": jobView,
  "documents/:id": documentView,
  review: queueView,
  "review/:id": reviewView,
  usage: usageView,
  deliveries: deliveriesView,
  keys: keysView,
};
const NAV = [
  ["upload", "Upload"],
  ["jobs", "Jobs"],
  ["review", "Review"],
  ["usage", "Usage"],
  ["deliveries", "Deliveries"],
  ["keys", "Keys"],
];
const ABOUT = { documents: "jobs" };

const part = (id) => document.getElementById(id);
let tenant = null;

function entered(word) {
  const current = ABOUT[word] ?? word;
  for (const link of part("nav").children) {
    if (link.dataset.word === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  get("/me").then(introduce, () => {});
}

function introduce(me) {
  tenant = me.tenant;
  replace(part("who"), el("bdi", {}, me.tenant), ` · ${counted(me.credits.available, "credit", "credits")}`);
}

function signOut() {
  useKey(null);
  // Whatever is in memory goes with the page.
  location.reload();
}

async function start() {
  configure({
    onConnection: connection,
    onUnauthorized: async () => {
      const me = await signInAgain();
      const other = me.tenant !== tenant;
      introduce(me);
      if (other) {
        clearNotices();
        go("upload");
      }
    },
  });
  replace(part("nav"), NAV.map(([word, said]) => el("a", { href: `#/${word}`, data: { word } }, said)));
  part("leave").addEventListener("click", signOut);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    part("main").focus();
  });
  introduce(await signIn(part("main")));
  part("top").hidden = false;
  startRouter(VIEWS, entered);
}

start();
