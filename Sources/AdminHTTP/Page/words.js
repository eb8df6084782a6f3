// Times, numbers and values in words.

const numbers = new Intl.NumberFormat("en");
const clocks = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export const number = (value) => (value === null || value === undefined ? "–" : numbers.format(value));

export const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

/** How far the daemon's clock is ahead of the browser's, in milliseconds. */
let ahead = 0;

/** Learns the daemon's time from what it says: a moment, and how many seconds ago that was. */
export function learnTime(moment, seconds) {
  const difference = Date.parse(moment) + seconds * 1000 - Date.now();
  // Both are whole seconds: less than two are no difference.
  ahead = Math.abs(difference) < 2000 ? 0 : difference;
}

export const secondsSince = (iso) => (Date.now() + ahead - Date.parse(iso)) / 1000;

/** `4 s`, `7.5 min`, `3 h`, `2 days`. */
export function duration(seconds) {
  const whole = Math.max(0, seconds);
  if (whole < 99.5) return `${Number.isInteger(whole) ? whole : Math.round(whole)} s`;
  const rounded = (value) => numbers.format(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
  if (whole < 5400) return `${rounded(whole / 60)} min`;
  if (whole < 172800) return `${rounded(whole / 3600)} h`;
  return `${rounded(whole / 86400)} days`;
}

export const ago = (iso) => `${duration(Math.floor(Math.max(0, secondsSince(iso))))} ago`;

export function until(iso) {
  const seconds = Math.ceil(-secondsSince(iso));
  return seconds > 0 ? `in ${duration(seconds)}` : "now";
}

/** The time of day, with the day where that was not today's last hours. */
export function clock(iso) {
  const time = new Date(iso);
  return Math.abs(secondsSince(iso)) < 43200 ? clocks.format(time) : days.format(time);
}

/** What cannot be seen has a picture of its own. */
const visible = (text) =>
  text.replace(/\r?\n/g, " ↵ ").replace(/[\u0000-\u001f]/g, (sign) => String.fromCharCode(0x2400 + sign.charCodeAt(0)));

/** A value of a record on one line: of a member, such as a link, what it holds. */
export function value(given) {
  if (given === null) return "null";
  if (typeof given === "string") return given === "" ? "“”" : visible(given);
  if (typeof given !== "object") return String(given);
  if (Array.isArray(given)) return given.length ? given.map(value).join("; ") : "[]";
  const fields = Object.entries(given).filter(([, field]) => field !== null);
  return fields.length === 1 ? value(fields[0][1]) : fields.map(([name, field]) => `${name} ${value(field)}`).join(", ");
}

/** What people call a record, where it has a name. */
export function title(record) {
  if (!record) return "";
  const person = [record.FIRST_NAME, record.LAST_NAME].filter((part) => typeof part === "string" && part).join(" ");
  if (person) return person;
  const names = ["OPPORTUNITY_NAME", "ORGANISATION_NAME", "PROJECT_NAME", "PRODUCT_NAME", "RECORD_NAME", "TITLE", "NAME"];
  const name = names.find((key) => typeof record[key] === "string" && record[key]);
  return name ? record[name] : "";
}
