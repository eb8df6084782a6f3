// One event, as people read it: what happened to which record, and what was there before.

import { make, moment } from "./nodes.js";
import { clock, number, title, value } from "./words.js";

/** Characters of a value that are shown at first. */
const short = 90;
/** Changes that are shown at first. */
const few = 6;

/** A value that is long is cut, and shown whole when asked for. */
function cut(given) {
  const text = value(given);
  if (text.length <= short) return [text];
  const shown = make("span", { textContent: `${text.slice(0, short)}…` });
  const button = make("button", {
    type: "button", class: "more", "aria-expanded": "false", textContent: `all ${number(text.length)} characters`,
    click: () => {
      const isWhole = button.ariaExpanded === "true";
      button.ariaExpanded = String(!isWhole);
      shown.textContent = isWhole ? `${text.slice(0, short)}…` : text;
      button.textContent = isWhole ? `all ${number(text.length)} characters` : "less";
    },
  });
  return [shown, " ", button];
}

/** The path of a change, without the slash that all of them begin with. */
const path = (pointer) => pointer.slice(1).replaceAll("~1", "/").replaceAll("~0", "~");

function change(each) {
  const line = make("dd");
  if ("from" in each) line.append(make("del", {}, make("span", { class: "unseen", textContent: "was " }), ...cut(each.from)));
  if ("from" in each && "to" in each) line.append(make("span", { class: "arrow", "aria-hidden": "true", textContent: "→" }));
  if ("to" in each) {
    const word = "from" in each ? " is now " : "added ";
    line.append(make("ins", {}, make("span", { class: "unseen", textContent: word }), ...cut(each.to)));
  } else {
    line.append(make("span", { class: "note", textContent: "removed" }));
  }
  return make("div", {}, make("dt", { textContent: path(each.path) }), line);
}

function changes(all) {
  const made = make("dl", { class: "changes" }, ...all.slice(0, few).map(change));
  if (all.length <= few) return [made];
  const rest = make("details", { class: "plain" }, make("summary", { textContent: `${all.length - few} more changes` }));
  rest.addEventListener("toggle", () => rest.append(make("dl", { class: "changes" }, ...all.slice(few).map(change))), { once: true });
  return [made, rest];
}

/** The record itself, made when it is opened. */
function record(event) {
  const opened = make("details", { class: "plain" }, make("summary", { textContent: "Record" }));
  opened.addEventListener("toggle", () => {
    const fields = Object.entries(event.data.record ?? {}).filter(([, field]) => field !== null);
    opened.append(make("dl", { class: "changes record" }, ...fields.map(([name, field]) =>
      make("div", {}, make("dt", { textContent: name }), make("dd", {}, ...cut(field))))));
  }, { once: true });
  return opened;
}

const notes = { created: "New record", deleted: "Deleted. What was known last is below" };

/** `created`, `updated`, `deleted`; the type is cut at its last dot. */
export const action = (event) => event.type.slice(event.type.lastIndexOf(".") + 1);

/** @returns an item of the list */
export function eventItem(event) {
  const { data } = event;
  const kind = action(event);
  const head = `event-${data.sequence}`;
  const name = title(data.record);
  const body = data.changes?.length ? changes(data.changes) : [
    make("p", { class: "note", textContent: data.restored ? "It came back" : notes[kind] ?? "What changed is not known" }),
  ];
  return make(
    "li", { value: data.sequence, class: kind },
    make(
      "article", { "aria-labelledby": head },
      make(
        "header", {},
        make(
          "h3", { id: head }, make("span", { class: "mark", "aria-hidden": "true" }),
          make("span", { class: "type", textContent: event.type }), " ",
          name ? make("span", { class: "name", textContent: name }) : null, " ",
          make("span", { class: "id", textContent: data.id })),
        make("p", { class: "when" }, make("span", { textContent: `#${data.sequence} ` }), moment(clock(data.detected_at), data.detected_at))),
      ...body, kind === "updated" ? null : record(event)));
}
