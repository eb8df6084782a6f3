# What a careful programmer writes in place of the daemon's polling, for the measurements to compare with: reads all pages
# of a search, knows records by a hash, and keeps what changed in an outbox until it is sent. Arguments: the URL of the
# API, the store, rounds, and `--outbox` where records of the first round are news as well. After each round it prints the
# CPU seconds that it took and waits for a line of input before the next.

import hashlib
import os
import sqlite3
import sys

import httpx
import orjson

PAGE = 500

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS known (id INTEGER PRIMARY KEY, hash BLOB NOT NULL, record BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, body BLOB NOT NULL, delivered_at REAL);
CREATE INDEX IF NOT EXISTS waiting ON outbox (id) WHERE delivered_at IS NULL;
"""


def differences(old, new, path=""):
    """The members that differ, by their JSON Pointers."""
    changes = {}
    for name in old.keys() | new.keys():
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            changes |= differences(before, after, f"{path}/{name}")
        else:
            changes[f"{path}/{name}"] = {"old": before, "new": after}
    return changes


def event(record, record_bytes, known):
    """An event's id and its body. The record in it has the bytes that came."""
    number = record["CONTACT_ID"]
    digest = hashlib.sha256(b"contacts/%d/" % number + record_bytes).hexdigest()[:32]
    changes = differences(orjson.loads(known), record) if known else None
    head = {
        "id": f"evt_{digest}", "type": "contact.updated" if known else "contact.created", "resource": "contacts",
        "record_id": number, "updated_at": record["DATE_UPDATED_UTC"], "changes": changes,
    }
    return head["id"], orjson.dumps(head)[:-1] + b',"record":' + record_bytes + b"}"


def take(store, records, tells_new):
    """Compares one page with what is known and writes what is new, in one transaction."""
    numbers = [record["CONTACT_ID"] for record in records]
    marks = ",".join("?" * len(numbers))
    known = {row[0]: row[1] for row in store.execute(f"SELECT id, hash FROM known WHERE id IN ({marks})", numbers)}
    rows, events = [], []
    for record in records:
        record_bytes = orjson.dumps(record)
        digest = hashlib.blake2b(record_bytes, digest_size=16).digest()
        number = record["CONTACT_ID"]
        if known.get(number) == digest:
            continue
        rows.append((number, digest, record_bytes))
        if number in known:
            old = store.execute("SELECT record FROM known WHERE id = ?", (number,)).fetchone()[0]
            events.append(event(record, record_bytes, old))
        elif tells_new:
            events.append(event(record, record_bytes, None))
    if not rows:
        return
    with store:
        store.executemany("INSERT OR REPLACE INTO known (id, hash, record) VALUES (?, ?, ?)", rows)
        store.executemany("INSERT INTO outbox (event_id, body) VALUES (?, ?)", events)


def main():
    url, path, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    store = sqlite3.connect(path)
    store.executescript(SCHEMA)
    with httpx.Client(base_url=url, auth=("key", ""), timeout=60) as client:
        for _ in range(rounds):
            start = sum(os.times()[:2])
            skip = 0
            while True:
                query = {"updated_after_utc": "2000-01-01T00:00:00Z", "skip": skip, "top": PAGE}
                answer = client.get("Contacts/Search", params=query)
                answer.raise_for_status()
                records = orjson.loads(answer.content)
                take(store, records, "--outbox" in sys.argv)
                if len(records) < PAGE:
                    break
                skip += PAGE
            print(sum(os.times()[:2]) - start, flush=True)
            sys.stdin.readline()
    store.close()


main()
