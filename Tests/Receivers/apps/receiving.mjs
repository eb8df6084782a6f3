// What the receivers in Node have in common.

import { createHmac, timingSafeEqual } from "node:crypto";
import { openSync, writeSync } from "node:fs";

const key = Buffer.from(process.env.WEBHOOK_SECRET.replace(/^whsec_/, ""), "base64");
const log = openSync(process.env.RECEIVED, "a");
export const largest = Number(process.env.LARGEST_BODY);
export const port = Number(process.env.PORT);

/** The status to answer with. */
export function take(headers, body) {
  if (body.length > largest) return 413;
  const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.`;
  const expected = createHmac("sha256", key).update(content).update(body).digest();
  const isGenuine = headers["webhook-signature"].split(" ").some((entry) => {
    const given = Buffer.from(entry.replace(/^v1,/, ""), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isGenuine) {
    writeSync(log, "forged\n");
    return 401;
  }
  const { data } = JSON.parse(body);
  writeSync(log, `${headers["webhook-id"]} ${data.resource}/${data.id} ${data.sequence}\n`);
  return 200;
}
