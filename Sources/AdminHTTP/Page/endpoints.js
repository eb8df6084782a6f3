// Where events go: how each endpoint fares, and what waits for it.

import { act, resumeEndpoint } from "./attention.js";
import { list, make, node, say, show } from "./nodes.js";
import { ago, clock, counted, number, until } from "./words.js";

const tones = { delivering: "good", recovering: "wait", held: "wait", failing: "bad", disabled: "bad", unconfigured: "bad" };

/** Why it is so, and what comes next. */
function story(endpoint) {
  const parts = [];
  if (endpoint.disabled) parts.push(endpoint.disabled);
  if (endpoint.failing_since) {
    parts.push(`failing since ${clock(endpoint.failing_since)}, ${counted(endpoint.failures_in_a_row, "attempt")}`);
  }
  if (endpoint.held_until) parts.push(`the receiver asked for rest until ${clock(endpoint.held_until)}`);
  if (endpoint.next_probe && !endpoint.disabled) parts.push(`tried next ${until(endpoint.next_probe)}`);
  if (parts.length === 0) return endpoint.open ? `${counted(endpoint.open, "event")} on the way` : "All is delivered";
  const words = parts.join("; ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function figure(name) {
  const value = make("dd");
  return { value, whole: make("div", {}, make("dt", { textContent: name }), value) };
}

function item({ endpoint: name }) {
  const state = make("span", { class: "badge" });
  const words = make("p", { class: "words" });
  const [open, oldest, dead] = [figure("Waiting"), figure("Oldest"), figure("Dead letters")];
  const resume = make("button", {
    type: "button", "aria-label": `Resume ${name}`, textContent: "Resume", click: () => act(resumeEndpoint(name)),
  });
  const made = make(
    "li", {},
    make("div", { class: "head" }, make("h3", { textContent: name }), state, words, resume),
    make("dl", { class: "figures" }, open.whole, oldest.whole, dead.whole));
  let known;
  made.tick = () => {
    say(oldest.value, known.oldest_open ? ago(known.oldest_open) : "–");
    say(words, story(known));
  };
  made.update = (endpoint) => {
    known = endpoint;
    say(state, endpoint.state);
    state.dataset.tone = tones[endpoint.state] ?? "wait";
    say(open.value, number(endpoint.open));
    say(dead.value, number(endpoint.dead_letters));
    show(resume, ["disabled", "failing", "held"].includes(endpoint.state));
    made.tick();
  };
  return made;
}

export function showEndpoints(endpoints) {
  list(node("endpoints-list"), endpoints, (each) => each.endpoint, item);
  show(node("endpoints-none"), endpoints.length === 0);
}

/** A second has gone by. */
export function tickEndpoints() {
  for (const each of node("endpoints-list").children) each.tick();
}
