// What the page asks of the daemon, and tells it to do.

import { askForToken } from "./dialogs.js";

const place = "insightly-webhooks.token";
const accountPlace = "insightly-webhooks.account";

/** An answer that is none: `status` where there was one. */
export class Refusal extends Error {
  constructor(words, status) {
    super(words);
    this.status = status;
  }
}

/** Longer than the daemon lets a connection last. */
const patience = 30000;

async function send(path, options) {
  for (;;) {
    const token = sessionStorage.getItem(place);
    const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(path, {
      ...options, headers, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(patience),
    });
    if (answer.status !== 401) return answer;
    // Another question may have been answered with a token meanwhile.
    if (sessionStorage.getItem(place) !== token) continue;
    sessionStorage.setItem(place, await askForToken(token !== null));
  }
}

/** Whole numbers that a number of JavaScript cannot hold stay as they are written. */
function exact(_, value, context) {
  const isLarge = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLarge && context?.source ? context.source : value;
}

async function read(answer) {
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text, exact);
  let words = text.trim();
  try {
    words = JSON.parse(text).detail ?? words;
  } catch {
    // It is said in plain words.
  }
  throw new Refusal(words || `The daemon answered ${answer.status}`, answer.status);
}

/** The account that the page is about; null where the daemon has only one. */
export const chosenAccount = () => sessionStorage.getItem(accountPlace);

export function chooseAccount(name) {
  if (name === null) sessionStorage.removeItem(accountPlace);
  else sessionStorage.setItem(accountPlace, name);
}

function ofAccount(path) {
  const name = chosenAccount();
  if (name === null || path === "v1/accounts") return path;
  return `${path}${path.includes("?") ? "&" : "?"}account=${encodeURIComponent(name)}`;
}

/** @param path below the page, such as `v1/status` */
export const ask = async (path) => read(await send(ofAccount(path), {}));

export const tell = async (path, body) =>
  read(await send(ofAccount(path), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
