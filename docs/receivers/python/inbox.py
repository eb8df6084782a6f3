"""The inbox of a receiver: genuine events, each once, on disk before it is answered, and without gaps.

Of the standard library alone. The environment says

    WEBHOOK_SECRET  the signature key, whsec_…; while keys rotate, several with a space between
    INBOX           a file of SQLite; inbox.sqlite3 if left out
    EVENTS_URL      the daemon's http://127.0.0.1:9464/v1/events, where missed events are fetched; left out: nowhere
    EVENTS_TOKEN    the token that is asked for there, if one is

What you do with events comes after this: read `event` in the order of `sequence`, up to the one in `mark`.

After the daemon's store was restored, numbers of its log come a second time. `python inbox.py rewind 54` goes back to the
one that `backup` printed, with the same INBOX, while no receiver runs on it.
"""
import base64, hashlib, hmac, time
import json
import os
import sqlite3
import sys
import threading
import urllib.request


def is_genuine(secret: str, headers, body: bytes) -> bool:
    given = {name.lower(): value for name, value in headers.items()}
    try:
        timestamp = given["webhook-timestamp"]
        if not abs(time.time() - float(timestamp)) <= 300:
            return False
        content = f"{given['webhook-id']}.{timestamp}.".encode() + body
        entries = given["webhook-signature"].encode().split(b" ")
    except (KeyError, ValueError):
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = b"v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256))
    return any(hmac.compare_digest(expected, entry) for entry in entries)


def events_in(answer: str):
    """The events of an answer of the log, each with its text as it stands there: 1.10 read and written is 1.1."""
    decoder, at = json.JSONDecoder(), answer.index("[") + 1
    while answer[at] != "]":
        event, end = decoder.raw_decode(answer, at)
        yield event, answer[at:end].encode()
        at = end + 1 if answer[end] == "," else end


class Inbox:
    """The table `event`, and in `mark` the sequence up to which nothing is missing."""

    def __init__(self, environment=os.environ):
        self.secrets = environment.get("WEBHOOK_SECRET", "").split()
        if not self.secrets:
            sys.exit("WEBHOOK_SECRET is not set: write the signature key there, as `insightly-webhooks secret` made it")
        self.url, self.token = environment.get("EVENTS_URL"), environment.get("EVENTS_TOKEN")
        self.lock = threading.RLock()
        self.database = sqlite3.connect(
            environment.get("INBOX", "inbox.sqlite3"), timeout=60, isolation_level=None, check_same_thread=False)
        self.database.executescript("""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, body BLOB NOT NULL);
            CREATE INDEX IF NOT EXISTS event_sequence ON event (sequence);
            CREATE TABLE IF NOT EXISTS mark (one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL);
            INSERT OR IGNORE INTO mark VALUES (1, 0);
            """)
        self.gap = threading.Event()
        if self.url:
            threading.Thread(target=self.keep_up, daemon=True).start()

    def take(self, headers, body: bytes) -> int:
        """The status to answer with. An event that is taken is on disk by then."""
        if not any([is_genuine(secret, headers, body) for secret in self.secrets]):
            return 401
        try:
            event = json.loads(body)
            # Signed, and the same in each format that has `data`.
            id, sequence = event["id"], event["data"]["sequence"]
        except (ValueError, KeyError, TypeError):
            return 400
        self.store(id, sequence, event, body)
        if self.has_gap():
            self.gap.set()
        return 204

    def store(self, id, sequence, event, body):
        """A repeat is known by its id, and changes nothing."""
        with self.lock:
            self.database.execute("BEGIN IMMEDIATE")
            with self.database:
                is_new = self.database.execute(
                    "INSERT OR IGNORE INTO event VALUES (?, ?, ?)", (id, sequence, body)).rowcount
                # One that was there before the log was put back has another number now.
                self.database.execute("UPDATE event SET sequence = ? WHERE id = ? AND sequence < 0", (sequence, id))
                self.reach(0)
        if is_new:
            print(event["type"], event["data"]["id"], flush=True)

    def reach(self, sequence):
        """The mark goes on to this, and as far as events follow it without a gap."""
        with self.lock:
            self.database.execute("""
                WITH RECURSIVE whole (sequence) AS (
                    SELECT max(sequence, ?) FROM mark
                    UNION SELECT event.sequence FROM event JOIN whole ON event.sequence = whole.sequence + 1)
                UPDATE mark SET sequence = (SELECT max(sequence) FROM whole)
                """, (sequence,))

    def rewind(self, sequence):
        """What comes after this keeps its id, so that a repeat is known, and loses its number to whatever comes."""
        with self.lock:
            self.database.execute("BEGIN IMMEDIATE")
            with self.database:
                self.database.execute("UPDATE event SET sequence = -1 WHERE sequence > ?", (sequence,))
                self.database.execute("UPDATE mark SET sequence = min(sequence, ?)", (sequence,))

    def mark(self):
        with self.lock:
            return self.database.execute("SELECT sequence FROM mark").fetchone()[0]

    def has_gap(self):
        with self.lock:
            return self.database.execute(
                "SELECT ifnull(max(sequence), 0) > (SELECT sequence FROM mark) FROM event").fetchone()[0]

    def catch_up(self):
        """Everything that the daemon's log has after the mark, a page at a time."""
        has_more = True
        while has_more:
            request = urllib.request.Request(f"{self.url}?after={self.mark()}&limit=100")
            if self.token:
                request.add_header("Authorization", f"Bearer {self.token}")
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read().decode()
            for event, body in events_in(text):
                self.store(event["id"], event["data"]["sequence"], event, body)
            page = json.loads(text)
            for gone in page["missing"] + [{"from": one, "to": one} for one in page["unreadable"]]:
                print(f"events {gone['from']} to {gone['to']} are not to be had any more: "
                      "read their records from Insightly", file=sys.stderr, flush=True)
            self.reach(page["next_after"])
            has_more = page["has_more"]

    def keep_up(self):
        """At the start, and where an event shows that others are missing."""
        is_behind = True
        while True:
            try:
                if is_behind or self.has_gap():
                    self.catch_up()
                is_behind = False
            except (OSError, ValueError, KeyError, sqlite3.Error) as problem:
                print(f"cannot catch up from {self.url}, trying again: {problem}", file=sys.stderr, flush=True)
                is_behind = True
                time.sleep(5)
                continue
            self.gap.wait()
            # What is only on its way arrives meanwhile.
            time.sleep(1)
            self.gap.clear()


if __name__ == "__main__":
    if sys.argv[1:2] != ["rewind"] or not sys.argv[2:3] or not sys.argv[2].isdigit():
        sys.exit("usage: python inbox.py rewind NUMBER")
    Inbox({**os.environ, "WEBHOOK_SECRET": "of no use here", "EVENTS_URL": ""}).rewind(int(sys.argv[2]))
