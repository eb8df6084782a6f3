// Nodes of the page. What comes from outside goes in as text, never as markup.

/** By its id. */
export const node = (id) => document.getElementById(id);

/**
 * Makes an element. Of its properties, `class` and those with a dash are attributes, functions are listeners by the
 * event's name, and all others are set as they are; children are nodes, or texts.
 */
export function make(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (key === "class" || key === "role" || key.includes("-")) made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** The same for drawings: all properties are attributes. */
export function draw(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Sets a text where it is another one, so that what stays the same is not painted or selected anew. */
export function say(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

export function show(target, isShown) {
  if (target.hidden === isShown) target.hidden = !isShown;
}

/** A moment, for people and for programs. */
export function moment(text, iso) {
  return make("time", { dateTime: iso, title: new Date(iso).toLocaleString("en-GB"), textContent: text });
}

const kept = new WeakMap();

/**
 * Brings a list in line with what it shows. What stays, keeps its node: focus, selection and what was opened.
 *
 * @param key what tells an item from the others
 * @param create makes a node; it may have a method `update` of its own
 */
export function list(parent, items, key, create) {
  const known = kept.get(parent) ?? new Map();
  const now = new Map();
  let before = null;
  for (const item of items) {
    const name = key(item);
    const child = known.get(name) ?? create(item);
    known.delete(name);
    child.update?.(item);
    now.set(name, child);
    const place = before ? before.nextSibling : parent.firstChild;
    if (place !== child) parent.insertBefore(child, place);
    before = child;
  }
  for (const child of known.values()) child.remove();
  kept.set(parent, now);
}
