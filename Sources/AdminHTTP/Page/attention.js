// What needs somebody: each thing with what can be done about it from here.

import { tell } from "./ask.js";
import { announce, confirm } from "./dialogs.js";
import { list, make, node, say, show } from "./nodes.js";
import { clock } from "./words.js";

/**
 * Asks once, tells the daemon, and says what came of it.
 *
 * @param deed `{verb, title, words, command, path, body, done}`
 * @returns whether the daemon was told
 */
export async function act(deed) {
  if (!(await confirm(deed))) return false;
  try {
    const answer = await tell(deed.path, deed.body);
    announce(answer.requested === false ? "There was nothing to do any more." : deed.done);
  } catch (error) {
    announce(`Not done: ${error.message}`, true);
    return false;
  }
  document.dispatchEvent(new Event("told"));
  return true;
}

export const resumeEndpoint = (endpoint) => ({
  verb: "Resume", title: `Send to ${endpoint} again?`, command: `insightly-webhooks resume ${endpoint}`,
  words: "The daemon tries the endpoint at once. What waits for it follows once an attempt succeeds.",
  path: "v1/resume", body: { endpoint }, done: `The endpoint ${endpoint} is tried again.`,
});

export const replayDead = (endpoint) => ({
  verb: "Replay all", title: `Send all dead letters of ${endpoint} again?`,
  command: `insightly-webhooks replay --dead --endpoint ${endpoint}`,
  words: "They are sent ten a second at most, with the ids that they had.",
  path: "v1/replay", body: { endpoint, dead: true }, done: `The dead letters of ${endpoint} are sent again.`,
});

const tryAPI = {
  verb: "Try again now", title: "Ask Insightly again now?", command: "insightly-webhooks resume --api",
  words: "The daemon does not wait for the end of its pause. The limits hold all the same.",
  path: "v1/resume", body: { api: true }, done: "Insightly is asked again.",
};

const release = (resource, changes) => ({
  verb: "Release", title: changes ? `Tell of the changes in ${resource}?` : `Tell of the deletes in ${resource}?`,
  command: `insightly-webhooks release ${resource}${changes ? " --changes" : ""}`,
  words: changes
    ? "Receivers get an event for each record whose change is held."
    : "The records that vanished were really deleted: receivers get an event for each of them.",
  path: "v1/release", body: changes ? { resource, changes } : { resource }, done: `What is held of ${resource} is told.`,
});

const dismiss = (resource, changes) => ({
  verb: "Dismiss", title: changes ? `Tell nobody of the changes in ${resource}?` : `Tell nobody of the deletes in ${resource}?`,
  command: `insightly-webhooks dismiss ${resource} ${changes ? "--changes" : "--deletes"}`,
  words: "What is held is learned, and receivers get no event of it. This cannot be undone.",
  path: "v1/dismiss", body: changes ? { resource, changes } : { resource, deletes: true },
  done: `What is held of ${resource} is learned, and nobody is told.`,
});

const giveUp = (endpoint) => ({
  verb: "Give up", title: `Give up what waits for ${endpoint}?`,
  command: `insightly-webhooks deliveries give-up --all --endpoint ${endpoint}`,
  words: "All of it becomes dead letters, which can be replayed once the endpoint is configured again.",
  path: "v1/give-up", body: { endpoint }, done: `What waits for ${endpoint} is given up.`,
});

/** By kind: what can be done from here, the usual first. */
const deeds = {
  key_refused: () => [tryAPI],
  resource_refused: () => [tryAPI],
  endpoint_disabled: ({ endpoint }) => [resumeEndpoint(endpoint)],
  deletes_held: ({ resource }) => [release(resource, false), dismiss(resource, false)],
  changes_held: ({ resource }) => [release(resource, true), dismiss(resource, true)],
  endpoint_unconfigured: ({ endpoint }) => [giveUp(endpoint)],
  // Those of an endpoint that is not configured have nowhere to go: its alternative is to discard them.
  dead_letters: ({ endpoint, alternative }) => (alternative?.includes(" replay ") ? [replayDead(endpoint)] : []),
};

/** What only waits is less urgent than what stands still. */
const waiting = new Set(["dead_letters", "endpoint_unconfigured", "clocks_disagree"]);

function item(first) {
  const words = make("p", { class: "words" });
  const commands = make("p", { class: "command" });
  const actions = make("div", { class: "actions" });
  const found = make("li", { class: waiting.has(first.kind) ? "waits" : "stands" }, words, actions, commands);
  for (const deed of deeds[first.kind]?.(first) ?? []) {
    actions.append(make("button", { type: "button", "aria-label": `${deed.verb}: ${deed.title}`, textContent: deed.verb, click: () => act(deed) }));
  }
  if (first.kind === "dead_letters") {
    actions.append(make("a", { href: "#dead", class: "button", textContent: "See why" }));
  }
  found.update = (attention) => {
    const timed = attention.words.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, clock);
    const sentence = timed.charAt(0).toUpperCase() + timed.slice(1);
    say(words, sentence + (attention.command ? ":" : "."));
    const known = [attention.command, attention.alternative, attention.last_resort].filter(Boolean);
    show(commands, known.length > 0);
    commands.replaceChildren(...known.map((command) => make("code", { textContent: command })));
  };
  return found;
}

export function showAttention(attention) {
  show(node("attention-none"), attention.length === 0);
  say(node("attention-none"), "Nothing. Everything runs by itself.");
  list(node("attention-list"), attention, (each) => [each.kind, each.resource, each.endpoint].join(), item);
  document.title = (attention.length ? `(${attention.length}) ` : "") + "insightly-webhooks";
}
