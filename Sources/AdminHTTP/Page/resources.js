// What is polled: how far each resource has come, when it is next, and why then.

import { tell } from "./ask.js";
import { announce } from "./dialogs.js";
import { list, make, node, say, show } from "./nodes.js";
import { ago, clock, counted, duration, number, until } from "./words.js";

const pauses = {
  throttled: "paused: Insightly asked for rest",
  day_used_up: "paused: the day's requests are spent",
  failing: "paused: Insightly fails",
  unauthorized: "paused: the key was refused",
};

/** Asks for a poll before its time. The limits hold all the same, so nobody is asked whether it is meant. */
async function poll(resource, button) {
  button.setAttribute("aria-disabled", "true");
  try {
    await tell("v1/poll", resource ? { resource } : {});
    announce(resource ? `${resource} is polled next.` : "All resources are polled next.");
    document.dispatchEvent(new Event("told"));
  } catch (error) {
    announce(`Not polled: ${error.message}`, true);
  }
  button.removeAttribute("aria-disabled");
}

/** Why the next poll is when it is. */
function reason(resource, status) {
  if (status.instance) return "waits for GET /Instance";
  const rest = status.rests.find((each) => each.resource === resource.resource);
  if (rest) return rest.status ? `rests after an answer ${rest.status}` : "rests after a failure";
  if (status.quota.paused_for) return pauses[status.quota.paused_for] ?? "paused";
  if (!resource.baseline_complete) return "learning what is there";
  if (!resource.sweep_under_way) return "";
  return resource.sweep_read ? `reading all: ${number(resource.sweep_read)} so far` : "reading all records";
}

function interval(resource) {
  if (resource.interval_is_stretched) return "stretched by quota";
  return resource.interval_is_auto ? "auto" : "as configured";
}

/** What of the records is not as usual. */
function remarks(resource) {
  const parts = [];
  if (resource.deletes_pending) parts.push(`${number(resource.deletes_pending)} vanished`);
  if (resource.changes_held) parts.push(`${number(resource.changes_held)} held`);
  if (!resource.baseline_complete) parts.push("so far");
  return parts.join(", ");
}

/** A cell with a line, and a fainter one below it; its name is shown where there is no room for a table's head. */
function cell(name, kind = "") {
  const first = make("span", { class: "first" });
  const second = make("span", { class: "second" });
  const made = make("td", { role: "cell", class: kind, "data-name": name }, first, second);
  made.fill = (upper, lower = "") => {
    say(first, upper);
    say(second, lower);
  };
  return made;
}

function row({ resource: name }) {
  const [records, last, every, next] = [cell("Records", "number"), cell("Last poll"), cell("Interval"), cell("Next poll")];
  const button = make("button", { type: "button", "aria-label": `Poll ${name} now`, textContent: "Poll now" });
  button.addEventListener("click", () => button.ariaDisabled !== "true" && poll(name, button));
  const made = make(
    "tr", { role: "row" }, make("th", { scope: "row", role: "rowheader", textContent: name }), records, last, every, next,
    make("td", { role: "cell", class: "action" }, button));
  let known;
  made.tick = () => {
    const { resource, status } = known;
    last.fill(
      resource.last_poll ? ago(resource.last_poll) : "never",
      resource.last_poll ? clock(resource.last_poll) : "");
    next.fill(resource.next_poll ? until(resource.next_poll) : "–", reason(resource, status));
    const isLate = resource.lag_seconds > 3 * (resource.interval_seconds ?? Infinity) + 60;
    last.classList.toggle("bad", isLate);
  };
  made.update = (given) => {
    known = given;
    const { resource } = given;
    records.fill(number(resource.records_known), remarks(resource));
    every.fill(resource.interval_seconds ? duration(resource.interval_seconds) : "–", interval(resource));
    made.tick();
  };
  return made;
}

export function showResources(status) {
  const shown = status.resources.map((resource) => ({ resource, status }));
  list(node("resources-list"), shown, (each) => each.resource.resource, ({ resource }) => row(resource));
  show(node("resources-none"), shown.length === 0);
  show(node("poll-all"), shown.length > 1);
  const records = status.resources.reduce((sum, each) => sum + each.records_known, 0);
  say(node("summary"), `${counted(records, "record")} of ${counted(shown.length, "resource")} known`);
}

/** A second has gone by. */
export function tickResources() {
  for (const each of node("resources-list").children) each.tick();
}

export function startResources() {
  const button = node("poll-all");
  button.addEventListener("click", () => button.ariaDisabled !== "true" && poll(null, button));
}
