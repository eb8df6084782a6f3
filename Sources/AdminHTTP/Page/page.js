// The page for people: asks the daemon again and again what is new while somebody can see it, and shows it.

import { lookAtAccounts, startAccounts } from "./accounts.js";
import { ask } from "./ask.js";
import { showAttention } from "./attention.js";
import { showDeadLetters, startDeadLetters } from "./deadletters.js";
import { showEndpoints, tickEndpoints } from "./endpoints.js";
import { lookForEvents, startEvents } from "./events.js";
import { node, say } from "./nodes.js";
import { showQuota, showUsage } from "./requests.js";
import { showResources, startResources, tickResources } from "./resources.js";
import { clock, learnTime } from "./words.js";

let lostSince = null;

function connected() {
  lostSince = null;
  node("connection").dataset.state = "live";
  node("content").dataset.state = "live";
  say(node("connection"), "Live");
}

function failed(error) {
  lostSince ??= new Date().toISOString();
  node("connection").dataset.state = "lost";
  if (node("content").dataset.state === "live") node("content").dataset.state = "lost";
  say(node("attention-none"), "Not known without an answer of the daemon. What is shown is from before.");
  // An answer that is an error has words of its own; the browser's own words for none are of no use.
  say(node("connection"), error.status ? `${error.message}` : `No connection since ${clock(lostSince)}; trying again`);
}

async function lookAtStatus() {
  const status = await ask("v1/status");
  const told = status.resources.find((resource) => resource.last_poll && resource.lag_seconds > 0);
  if (told) learnTime(told.last_poll, told.lag_seconds);
  showAttention(status.attention);
  showResources(status);
  showEndpoints(status.endpoints);
  showQuota(status.quota);
  await showDeadLetters(status);
}

const lookAtUsage = async () => showUsage(await ask("v1/usage"));

/** What is looked at, how often in milliseconds, and when that is due. */
const looks = [
  { look: lookAtAccounts, every: 30000, due: 0 },
  { look: lookForEvents, every: 2000, due: 0 },
  { look: lookAtStatus, every: 4000, due: 0 },
  { look: lookAtUsage, every: 60000, due: 0 },
];
let isLooking = false;
/** In milliseconds. One look that took long may have been the browser's fault: the page is not to stand still for it. */
const longestRest = 20000;

/** One look after the other, so that a page costs the daemon one connection. */
async function goOn() {
  if (isLooking || document.hidden) return;
  isLooking = true;
  try {
    for (const each of looks) {
      const began = performance.now();
      if (each.due > began) continue;
      await each.look();
      const took = performance.now() - began;
      // What takes long is asked for less often: a page must not keep the daemon busy.
      each.due = performance.now() + Math.max(each.every - took, Math.min(9 * took, longestRest));
    }
    connected();
  } catch (error) {
    failed(error);
    for (const each of looks) each.due = Math.max(each.due, performance.now() + 3000);
  }
  isLooking = false;
}

function lookSoon() {
  for (const each of looks) each.due = 0;
  goOn();
}

setInterval(goOn, 500);
setInterval(() => {
  if (document.hidden || node("content").dataset.state !== "live") return;
  tickResources();
  tickEndpoints();
}, 1000);
document.addEventListener("visibilitychange", () => document.hidden || lookSoon());
document.addEventListener("told", lookSoon);
startAccounts();
startDeadLetters();
startResources();
startEvents(failed);
goOn();
