// Events as they come, the newest on top.

import { ask } from "./ask.js";
import { action, eventItem } from "./event.js";
import { make, node, say, show } from "./nodes.js";
import { counted } from "./words.js";

/** As many as are asked for at once, and as many as stay while nobody asks for older ones. */
const page = 50;
const most = 100;
/** Between two sentences for those who listen to the page, in milliseconds. */
const silence = 10000;

let last = null;
let first = null;
let room = most;
let isPaused = false;
const types = new Set();
/** Of those that came since the last sentence: how many of each type. */
const news = new Map();
let spoken = 0;

const wanted = () => node("events-filter").value;

function fits(event) {
  const type = wanted();
  return !type || type === event.type || type === `*.${action(event)}`;
}

function learnTypes(events) {
  const before = types.size;
  for (const event of events) types.add(event.type);
  if (types.size === before) return;
  const chosen = wanted();
  const kinds = ["*.created", "*.updated", "*.deleted"].map((type) => make("option", { value: type, textContent: `all ${type.slice(2)}` }));
  const each = [...types].sort().map((type) => make("option", { value: type, textContent: type }));
  node("events-filter").replaceChildren(make("option", { value: "", textContent: "all types" }), ...kinds, ...each);
  node("events-filter").value = chosen;
}

function item(event) {
  const made = eventItem(event);
  made.event = event;
  made.hidden = !fits(event);
  return made;
}

/** Says that nothing is there, or nothing of what is wanted; and whether there are older ones. */
function settle(begin) {
  const items = [...node("events-list").children];
  const isEmpty = !items.some((each) => !each.hidden);
  show(node("events-none"), isEmpty);
  say(node("events-none"), items.length ? "None of this type among those shown." : "Nothing has changed yet.");
  show(node("events-older"), first !== null && begin !== null && first > begin);
}

let begin = null;

function add(answer) {
  begin = answer.first_sequence;
  learnTypes(answer.events);
  const list = node("events-list");
  for (const event of answer.events) list.prepend(item(event));
  while (list.childElementCount > room && !list.lastElementChild.contains(document.activeElement)) list.lastElementChild.remove();
  first = list.lastElementChild?.value ?? null;
  settle(begin);
}

function speak(events) {
  for (const event of events) news.set(event.type, (news.get(event.type) ?? 0) + 1);
  if (news.size === 0 || Date.now() - spoken < silence) return;
  spoken = Date.now();
  say(node("news"), [...news].map(([type, count]) => `${count} ${type}`).join(", "));
  news.clear();
}

/** Asks for what is new: never for more than a hundred events, however many there are. */
export async function lookForEvents() {
  if (isPaused) return;
  if (last === null) {
    const answer = await ask(`v1/events?latest=${page}`);
    last = answer.last_sequence;
    add(answer);
    return;
  }
  let answer = await ask(`v1/events?after=${last}&limit=${most}`);
  if (answer.has_more || answer.last_sequence < last) {
    // More than can be read: what is newest counts. A log that is shorter is another one.
    answer = await ask(`v1/events?latest=${page}`);
    node("events-list").replaceChildren();
    room = most;
  }
  last = answer.last_sequence;
  if (answer.events.length || first === null) add(answer);
  speak(answer.events);
}

async function showOlder() {
  const list = node("events-list");
  const answer = await ask(`v1/events?after=${Math.max(0, first - page - 1)}&limit=${page}`);
  const older = answer.events.filter((event) => event.data.sequence < first);
  learnTypes(older);
  const items = older.reverse().map(item);
  room += items.length;
  list.append(...items);
  // What lies between may have been deleted.
  first = items.length ? list.lastElementChild.value : answer.first_sequence;
  settle(answer.first_sequence);
  items.find((each) => !each.hidden)?.querySelector("summary, button")?.focus();
}

export function startEvents(onFailure) {
  node("events-filter").addEventListener("change", () => {
    for (const each of node("events-list").children) each.hidden = !fits(each.event);
    settle(begin);
  });
  node("events-pause").addEventListener("click", () => {
    isPaused = !isPaused;
    node("events-pause").ariaPressed = String(isPaused);
    say(node("events-pause"), isPaused ? "Paused" : "Pause");
    say(node("news"), isPaused ? "New events are not shown for now" : `New events are shown again, ${counted(page, "event")} at most`);
  });
  node("events-older").addEventListener("click", () => showOlder().catch(onFailure));
}
