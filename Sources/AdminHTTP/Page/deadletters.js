// What was given up: why, and sending it again.

import { ask } from "./ask.js";
import { act } from "./attention.js";
import { list, make, moment, node, say, show } from "./nodes.js";
import { clock, counted, duration, number } from "./words.js";

/** As many as are asked for, and as many as are shown before more are wanted. */
const most = 50;
const few = 8;
/** Of an answer, in characters. */
const longest = 2000;

const replay = ({ event, endpoint, type, record }) => ({
  verb: "Replay", title: `Send ${type} ${record} to ${endpoint} again?`,
  command: `insightly-webhooks replay --dead --id ${event} --endpoint ${endpoint}`,
  words: "The receiver gets it with the id that it had. Later events of the record were sent meanwhile, or wait.",
  path: "v1/replay", body: { ids: [event], endpoint, dead: true }, done: `${type} ${record} is sent again.`,
});

const took = (milliseconds) => (milliseconds < 1000 ? `${Math.ceil(milliseconds)} ms` : duration(milliseconds / 1000));

/** One attempt: when, how it ended, and what the receiver said. */
function attempt(made) {
  const words = [made.status ? `answered ${made.status}` : made.failure ?? "no answer", `after ${took(made.milliseconds)}`];
  if (made.detail) words.push(made.detail);
  const answer = made.answer.length > longest ? `${made.answer.slice(0, longest)}…` : made.answer;
  return make(
    "li", {}, make("p", {}, `${made.number}. `, moment(clock(made.started_at), made.started_at), ` ${words.join(", ")}`),
    answer ? make("pre", { textContent: answer }) : null);
}

/** Asked for when it is opened: the receiver's answers may be long. */
async function tellOf(delivery, place) {
  if (place.dataset.state === "there") return;
  try {
    const whole = await ask(`v1/deliveries/${delivery.delivery}`);
    place.replaceChildren(
      make("p", {}, "Event ", make("code", { textContent: `${whole.sequence}` }), `, ${whole.event}`),
      make("ol", { class: "attempts" }, ...whole.history.map(attempt)));
    place.dataset.state = "there";
  } catch (error) {
    place.textContent = `It could not be read: ${error.message}`;
  }
}

function item(first) {
  const type = make("span", { class: "type", textContent: first.type });
  const result = make("span", { class: "result" });
  const place = make("div", { class: "inside", textContent: "Reading…" });
  const opened = make("details", {}, make("summary", {}, type, " ", make("span", { class: "id", textContent: first.record }), " ", result), place);
  opened.addEventListener("toggle", () => opened.open && tellOf(first, place));
  const button = make("button", {
    type: "button", "aria-label": `Replay ${first.type} ${first.record}`, textContent: "Replay", click: () => act(replay(first)),
  });
  const made = make("li", {}, opened, button);
  made.update = (delivery) => {
    const when = delivery.settled_at ? `, given up ${clock(delivery.settled_at)}` : "";
    const last = delivery.last_result ? `: ${delivery.last_result}` : "";
    say(result, `${counted(delivery.attempts, "attempt")}${last}${when}`);
  };
  return made;
}

let shown = "";

/** @param status of which the number of dead letters says whether the list is still right */
export async function showDeadLetters(status) {
  const count = status.queue.dead_letters;
  const seen = JSON.stringify(status.endpoints.map((each) => each.dead_letters));
  if (seen === shown) return;
  const { deliveries } = count ? await ask(`v1/deliveries?state=dead&limit=${most}`) : { deliveries: [] };
  shown = seen;
  say(node("dead-count"), number(count));
  show(node("dead-none"), count === 0);
  list(node("dead-list"), deliveries, (each) => each.delivery, item);
  show(node("dead-all"), deliveries.length > few && node("dead-list").dataset.all === undefined);
  say(node("dead-all"), `Show ${deliveries.length - few} more`);
  show(node("dead-more"), count > deliveries.length);
  say(node("dead-more"), `These are the newest ${deliveries.length} of ${number(count)}.`);
}

export function startDeadLetters() {
  node("dead-all").addEventListener("click", () => {
    node("dead-list").dataset.all = "";
    show(node("dead-all"), false);
    node("dead-list").children[few]?.querySelector("summary").focus();
  });
}
