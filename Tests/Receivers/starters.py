"""Holds the receivers of docs/receivers to what they are for, each before a small stand-in of the daemon's /v1/events.

    starters.py [--swift PROGRAM] [NAME ...]

Each is started, sent what is genuine and what is not, killed, and started again. What it takes it writes down with a
line of its output, `contact.created 7`, once for each event. Those whose runtime is not here are named and left out;
scripts/try-receivers installs all of them.
"""
import argparse
import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from log import TOKEN, Log, event, exact, id_of
from servers import BIN, Server, package, said

STARTERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "receivers")
KEY, OLDER, STRANGER = (
    "whsec_" + base64.b64encode(hashlib.sha256(name).digest()).decode() for name in (b"key", b"older", b"stranger"))
GSON = "/usr/share/java/gson.jar"


def signature(body, id, timestamp, *keys):
    content = f"{id}.{timestamp}.".encode() + body
    return " ".join(
        "v1," + base64.b64encode(hmac.digest(base64.b64decode(key[6:]), content, hashlib.sha256)).decode()
        for key in keys)


def until(condition, what, seconds=60):
    """For what happens by itself; the limit only ends a wait in vain."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never came: {what}")
        time.sleep(0.02)


class Trial:
    """One receiver, from its first start to the last word."""

    def __init__(self, server, log, directory):
        self.server, self.log = server, log
        server.prepare(directory, STARTERS, {
            "WEBHOOK_SECRET": f"{KEY}  {OLDER} ", "EVENTS_URL": log.url, "EVENTS_TOKEN": TOKEN,
            "INBOX": os.path.join(directory, server.name.replace(" ", "-") + ".inbox"), "PYTHONUNBUFFERED": "1"})

    def start(self):
        self.server.launch()
        self.server.wait()
        if self.server.name == "PHP":
            # As cron does.
            assert self.server.spawn(["php", f"{STARTERS}/php/receiver.php"], {}).wait(60) == 0

    def kill(self):
        for process in self.server.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.server.processes = []

    def output(self):
        with open(os.path.join(self.server.directory, "output"), encoding="utf-8", errors="replace") as output:
            return output.read()

    def taken(self):
        """The events it says that it took, in its order."""
        lines = [line.split() for line in self.output().splitlines()]
        return [int(words[1]) for words in lines if len(words) == 2 and words[0] == "contact.created"]

    def post(self, number, keys=(KEY,), age=0, body=None, change=lambda body: body, entries="", unsigned=False):
        """The status of the answer."""
        id, body = id_of(number), event(number) if body is None else body
        timestamp = str(int(time.time()) - age)
        headers = {"Content-Type": "application/json"}
        if not unsigned:
            headers |= {"webhook-id": id, "webhook-timestamp": timestamp,
                        "webhook-signature": entries + signature(body, id, timestamp, *keys)}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.request("POST", "/insightly", change(body), headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status // 100 == 2:
            assert self.holds(id), f"event {number} is answered {answer.status} and in no file"
        return answer.status

    def holds(self, id):
        """Whether the inbox, or what SQLite has beside it, has this in it."""
        inbox = self.server.environment["INBOX"]
        for path in (inbox, inbox + "-wal"):
            if os.path.exists(path):
                with open(path, "rb") as file:
                    if id.encode() in file.read():
                        return True
        return False

    def kept(self):
        """What its inbox has, by the events' ids."""
        inbox = self.server.environment["INBOX"]
        with open(inbox, "rb") as file:
            content = file.read()
            if not content.startswith(b"SQLite"):
                entries = [json.loads(line) for line in content.splitlines() if line]
                return {entry["id"]: entry["body"] for entry in entries if "id" in entry}
        with contextlib.closing(sqlite3.connect(inbox, timeout=60)) as database:
            return dict(database.execute("SELECT id, CAST(body AS TEXT) FROM event"))

    def run(self):
        log = self.log
        # Of nothing before 6, nor of 9 and 10, anything is to be had any more.
        log.unreadable = {4, 5}
        log.add(6, 7, 8)
        log.last = 10
        self.start()
        until(lambda: self.taken() == [6, 7, 8], "what was there before its start")
        for gone in ("1 to 3", "4 to 4", "5 to 5", "9 to 10"):
            until(lambda: f"events {gone} are not to be had any more" in self.output(), f"a word of {gone}")
        until(lambda: [after for after, _ in log.asked] == [0, 5, 7], "the end of catching up")
        log.asked.clear()

        log.add(11)
        assert self.post(11) // 100 == 2, "a good signature is refused"
        until(lambda: 11 in self.taken(), "a word of event 11")
        for what, given in {
            "another body": {"change": lambda body: body.replace(b"CONTACT_ID", b"CONTACT_IE")},
            "a stranger's signature": {"keys": (STRANGER,)},
            "a signature by the empty key": {"keys": ("whsec_",)}, "an old one": {"age": 400},
            "one of tomorrow": {"age": -400}, "no signature": {"unsigned": True}, "an empty list of signatures": {"keys": ()},
        }.items():
            status = self.post(12, **given)
            assert status == 401, f"{what} is answered {status}"
        log.add(12)
        others = "v1 v1, v1a,AAAA v1,é ".encode().decode("latin-1")
        status = self.post(12, keys=(STRANGER, OLDER), entries=others)
        assert status // 100 == 2, "an older key among other entries is refused"
        for body in (b"no JSON", b'{"id": 7}', b"[]"):
            status = self.post(13, body=body)
            assert status == 400, f"{body} is answered {status}"
        assert self.post(11) // 100 == 2, "a repeat is refused"

        # Two that it has not got show by a third; and that comes to be asked for once more.
        log.failures = 0 if self.server.name == "PHP" else 1
        log.add(13, 14, 15)
        assert self.post(15) // 100 == 2
        until(lambda: sorted(self.taken()) == [6, 7, 8, *range(11, 16)], "what was missing")
        # What is gone at the end of the log is asked for once.
        assert min(log.asked)[0] >= 12, f"it goes on from {log.asked}"
        assert self.post(14) // 100 == 2, "a repeat of what was fetched is refused"

        log.add(16)
        assert self.post(16) // 100 == 2
        self.kill()
        log.asked.clear()
        log.add(17)
        self.start()
        until(lambda: 17 in self.taken(), "what came while it was away")
        # A question of before the kill may be answered after it.
        asked = list(log.asked)
        assert (16, 200) in asked and min(asked)[0] >= 15, f"after a kill it asks for what follows {asked}"
        for number in (6, 14, 15, 16, 17):
            assert self.post(number) // 100 == 2
        assert self.post(18) // 100 == 2
        until(lambda: 18 in self.taken(), "a word of event 18")
        taken = self.taken()
        # A line may be lost with a process that was killed, and none is written twice.
        assert sorted(set(taken) | {16}) == [6, 7, 8, *range(11, 19)] and len(taken) == len(set(taken)), taken
        kept = self.kept()
        for number in taken:
            body = kept[id_of(number)]
            assert exact(body) == exact(event(number)), f"event {number} is kept as {body}"
        if self.server.name in ("Flask", "FastAPI"):
            self.follow_a_restore()

    def follow_a_restore(self):
        """The log is put back to 16: 17 is what 18 was before, and 18 something new."""
        self.kill()
        inbox = self.server.environment["INBOX"]
        subprocess.run([sys.executable, f"{STARTERS}/python/inbox.py", "rewind", "16"],
                       env={**os.environ, "INBOX": inbox}, check=True)
        self.log.events |= {17: event(17, of=18), 18: event(18, of=20)}
        self.log.last = 18
        self.log.asked.clear()
        self.start()
        until(lambda: 20 in self.taken(), "what was detected after the restore")
        until(lambda: (16, 200) in self.log.asked, "a question from where the store stands")
        assert self.taken().count(18) == 1, "an event that was known is taken anew"
        with contextlib.closing(sqlite3.connect(inbox, timeout=60)) as database:
            ids = [id for id, in database.execute("SELECT id FROM event WHERE sequence > 16 ORDER BY sequence")]
            assert ids == [id_of(18), id_of(20)], ids
            assert database.execute("SELECT sequence FROM mark").fetchone() == (18,)


def starters(swift):
    def python(*command):
        return lambda s: [word.format(port=s.port, bin=BIN) for word in command]

    def here(path):
        return os.path.join(STARTERS, path)

    return [
        Server("Flask", package("flask"), python(
            "{bin}/python", "-m", "flask", "--app", here("python/flask_receiver.py"), "run", "--port", "{port}")),
        Server("FastAPI", package("fastapi", "uvicorn"), python(
            "{bin}/uvicorn", "--app-dir", here("python"), "--port", "{port}", "fastapi_receiver:app")),
        Server("Node", said("node", "--version"), lambda s: ["node", here("node/receiver.mjs")]),
        Server("PHP", said("php", "-r", "new PDO('sqlite::memory:'); echo PHP_VERSION;"), lambda s: [
            "php", "-S", f"127.0.0.1:{s.port}", here("php/receiver.php")]),
        Server("Ruby", said("ruby", "-rsqlite3", "-e", "puts RUBY_VERSION") and said("puma", "--version"), lambda s: [
            "puma", "--quiet", "--bind", f"tcp://127.0.0.1:{s.port}", here("ruby/config.ru")]),
        Server("Java", os.path.exists(GSON) and said("javac", "-version"), lambda s: [
            "java", "-cp", GSON, here("java/Receiver.java")]),
        Server("Swift", swift and said("swift", "--version"), lambda s: [swift]),
    ]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--swift", type=os.path.abspath, help="the receiver in Swift, built")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    failures = 0
    for server in starters(options.swift):
        if options.names and server.name not in options.names:
            continue
        if not server.version:
            print(f"{server.name}: not tried, its runtime is not here")
            continue
        directory = tempfile.mkdtemp(prefix="starters-")
        began = time.monotonic()
        try:
            Trial(server, Log(), directory).run()
            print(f"{server.name} {server.version}: as it should be, {time.monotonic() - began:.0f} s", flush=True)
        except (AssertionError, OSError, RuntimeError, http.client.HTTPException) as problem:
            failures += 1
            print(f"{server.name} {server.version}: {problem!r}", flush=True)
            with open(os.path.join(server.directory, "output"), encoding="utf-8", errors="replace") as output:
                print(output.read()[-3000:])
        finally:
            server.stop()
            shutil.rmtree(directory, ignore_errors=True)
    sys.exit(1 if failures else 0)


main()
