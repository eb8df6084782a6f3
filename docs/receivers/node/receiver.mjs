// A receiver for Node 18 or newer, without packages: genuine events, each once, on disk before it is answered, and
// without gaps. Run it with `node receiver.mjs`. The environment says
//
//   WEBHOOK_SECRET  the signature key, whsec_…; while keys rotate, several with a space between
//   PORT, INBOX     8080 and inbox.jsonl if left out
//   EVENTS_URL      the daemon's http://127.0.0.1:9464/v1/events, where missed events are fetched; left out: nowhere
//   EVENTS_TOKEN    the token that is asked for there, if one is
//
// What you do with events comes after this: INBOX has one a line, as {id, sequence, body}. It keeps all ids in memory:
// take your database where there are many.

import { createHmac, timingSafeEqual } from "node:crypto";
import { open } from "node:fs/promises";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

function isGenuine(secret, headers, body) {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const timestamp = headers["webhook-timestamp"];
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false;
  const expected = createHmac("sha256", key).update(`${headers["webhook-id"]}.${timestamp}.`).update(body).digest();
  return (headers["webhook-signature"] ?? "").split(" ").some((entry) => {
    const given = Buffer.from(entry.replace(/^v1,/, ""), "base64");
    return entry.startsWith("v1,") && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

// The events of an answer of the log as they stand there: a large number, parsed and written, comes out as another.
function* eventsIn(answer) {
  let [depth, start, isText] = [0, 0, false];
  for (const { 0: token, index } of answer.matchAll(/\\.|["{}\]]/gs)) {
    if (token === '"') isText = !isText;
    if (isText) continue;
    if (token === "{" && ++depth === 2) start = index;
    if (token === "}" && --depth === 1) yield answer.slice(start, index + 1);
    if (token === "]" && depth === 1) return;
  }
}

class Inbox {
  mark = 0; // up to this sequence nothing is missing
  #ids = new Set();
  #ahead = new Set(); // sequences behind a gap
  #file;
  #last = Promise.resolve();

  static async open(path) {
    const inbox = new Inbox();
    inbox.#file = await open(path, "a+");
    for await (const line of inbox.#file.readLines({ start: 0, autoClose: false })) {
      try {
        inbox.#remember(JSON.parse(line));
      } catch {
        // A crash cut this line short: what it held was never answered with success.
      }
    }
    return inbox;
  }

  get hasGap() {
    return this.#ahead.size > 0;
  }

  // Resolves when the event is on disk. A repeat is known by its id, and changes nothing.
  store(id, sequence, body, event) {
    return this.#inTurn(async () => {
      if (this.#ids.has(id)) return;
      await this.#write({ id, sequence, body });
      console.log(event.type, event.data.id);
    });
  }

  // Up to this sequence nothing more is to be had.
  reach(sequence) {
    return this.#inTurn(() => sequence > this.mark && this.#write({ mark: sequence }));
  }

  #inTurn(work) {
    return (this.#last = this.#last.catch(() => {}).then(work));
  }

  // Each line begins with its line end: what a crash cuts short spoils none that follows.
  async #write(entry) {
    await this.#file.appendFile("\n" + JSON.stringify(entry));
    await this.#file.datasync();
    this.#remember(entry);
  }

  #remember({ id, sequence, mark }) {
    if (mark) this.mark = Math.max(this.mark, mark);
    if (id) this.#ids.add(id);
    if (sequence > this.mark) this.#ahead.add(sequence);
    while (this.#ahead.delete(this.mark + 1)) this.mark += 1;
    for (const known of this.#ahead) if (known <= this.mark) this.#ahead.delete(known);
  }
}

const { WEBHOOK_SECRET, PORT = 8080, INBOX = "inbox.jsonl", EVENTS_URL, EVENTS_TOKEN } = process.env;
// An empty key would be one that everybody knows.
const secrets = (WEBHOOK_SECRET ?? "").split(" ").filter(Boolean);
if (secrets.length === 0) throw new Error("WEBHOOK_SECRET is not set");
const inbox = await Inbox.open(INBOX);

// Everything that the daemon's log has after the mark, a page at a time.
async function catchUp() {
  for (let hasMore = true; hasMore; ) {
    const answer = await fetch(`${EVENTS_URL}?after=${inbox.mark}&limit=100`, {
      headers: EVENTS_TOKEN ? { authorization: `Bearer ${EVENTS_TOKEN}` } : {},
      signal: AbortSignal.timeout(30_000),
    });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    const text = await answer.text();
    for (const body of eventsIn(text)) {
      const event = JSON.parse(body);
      await inbox.store(event.id, event.data.sequence, body, event);
    }
    const { missing, unreadable, next_after, has_more } = JSON.parse(text);
    for (const { from, to } of [...missing, ...unreadable.map((one) => ({ from: one, to: one }))])
      console.error(`events ${from} to ${to} are not to be had any more: read their records from Insightly`);
    await inbox.reach(next_after);
    hasMore = has_more;
  }
}

let catching = false;

// At the start, and where an event shows that others are missing.
async function keepUp(isBehind = false) {
  if (!EVENTS_URL || catching) return;
  catching = true;
  while (isBehind || inbox.hasGap) {
    // What is only on its way arrives meanwhile.
    if (!isBehind) await sleep(1000);
    try {
      if (isBehind || inbox.hasGap) await catchUp();
      isBehind = false;
    } catch (problem) {
      console.error(`cannot catch up from ${EVENTS_URL}, trying again: ${problem.message}`);
      isBehind = true;
      await sleep(5000);
    }
  }
  catching = false;
}

// The status to answer with. An event that is taken is on disk by then.
async function take(headers, body) {
  if (!secrets.some((secret) => isGenuine(secret, headers, body))) return 401;
  let event;
  try {
    event = JSON.parse(body);
  } catch {
    return 400;
  }
  if (typeof event?.id !== "string" || !Number.isInteger(event.data?.sequence)) return 400;
  await inbox.store(event.id, event.data.sequence, body.toString(), event);
  return 204;
}

createServer(async (request, response) => {
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    response.writeHead(await take(request.headers, Buffer.concat(chunks))).end();
  } catch (problem) {
    console.error(problem);
    response.writeHead(500).end();
  }
  keepUp();
}).listen(PORT, "127.0.0.1");
keepUp(true);
