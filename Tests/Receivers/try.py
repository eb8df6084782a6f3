"""Lets the real daemon send to real servers, all at once, and judges what became of each.

First, with servers that are well: single events with the gaps at which servers close connections that they have kept,
and bursts. Then each server is stopped for a second while events come. Then a tenth of the events is larger than the
servers take. scripts/try-receivers sets it up.
"""
import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import datetime

from servers import servers

HERE = os.path.dirname(os.path.abspath(__file__))
KEY = "00000000-0000-4000-8000-000000000000"
LARGEST_BODY = 65_536
# Seconds after which one server or another closes a connection that it has kept.
IDLE_LIMITS = [1, 2, 5, 6, 10, 20]
# For what a busy machine may take its time for.
PATIENCE_SECONDS = 900
# How the daemon begins to say that it leaves an endpoint alone.
LEFT_ALONE = "the receiver fails"


class Program:
    """One of the project's own programs."""

    def __init__(self, path, arguments, environment, output):
        self.output = output
        with open(output, "ab") as file:
            self.process = subprocess.Popen(
                [path, *arguments], env={**os.environ, **environment}, stdout=file, stderr=file,
                start_new_session=True)

    def said(self, pattern):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with open(self.output) as file:
                if found := re.search(pattern, file.read()):
                    return found.group(0)
            time.sleep(0.05)
        with open(self.output) as file:
            raise RuntimeError(f"{self.output} never said {pattern}:\n{file.read()[-2000:]}")

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)


class Play:
    """A simulated Insightly and a daemon that sends to all servers."""

    def __init__(self, name, directory, bin, tried, population, resources, start):
        self.bin, self.directory, self.tried = bin, os.path.join(directory, name), tried
        os.makedirs(self.directory)
        for server in tried:
            server.forget()
        everything = ["contacts", "organisations", "leads", "opportunities", "projects", "fruit", "heavy-organisations"]
        counts = [word for kind in everything for word in (f"--{kind}", str(population.get(kind, 0)))]
        self.simulator = Program(
            f"{bin}/insightly-simulator",
            ["--port", "0", "--edits-per-minute", "0", "--quiet", "--no-deletes", "--requests-per-second", "1000",
             "--daily-limit", "10000000", *counts], {}, f"{self.directory}/simulator")
        self.api = self.simulator.said(r"http://[0-9.:]+/v3.1/")
        self.configuration = f"{self.directory}/config.json"
        self.names = {server: re.sub(r"\W+", "-", server.name.lower()).strip("-") for server in tried}
        with open(self.configuration, "w") as file:
            json.dump({
                "event.notification.enabled": True, "insightly.base_url": self.api, "insightly.api_key": {"env": "KEY"},
                "event.notification.allowed_networks": ["127.0.0.0/8"], "insightly.requests_per_second": 40,
                "event.notification.signature.key": {"env": "SECRET"}, "event.poller.start": start,
                "event.poller.deletes": False, "event.poller.refresh_interval": 0.001,
                # The first request to some servers has them compile, which a busy machine takes its time for.
                "event.notification.timeout": "5m",
                "event.poller.configuration": {resource: {} for resource in resources},
                "event.notification.endpoints": [
                    {"name": self.names[server], "url": server.url} for server in tried],
                "admin.listen": None, "store.path": f"{self.directory}/state.sqlite3", "log.format": "json",
            }, file)
        self.environment = {"KEY": KEY, "SECRET": os.environ["WEBHOOK_SECRET"]}
        self.began = time.time()
        self.daemon = Program(
            f"{bin}/insightly-webhooks", ["run", "--config", self.configuration], self.environment,
            f"{self.directory}/daemon")

    def edit(self, count=1):
        request = urllib.request.Request(
            self.api.replace("/v3.1/", "/simulator/edits"), json.dumps({"count": count, "kinds": ["field"]}).encode())
        urllib.request.urlopen(request, timeout=30).read()

    def asked(self, *arguments):
        run = subprocess.run(
            [f"{self.bin}/insightly-webhooks", *arguments, "--config", self.configuration, "--json"],
            capture_output=True, text=True, env={**os.environ, **self.environment}, check=True)
        return json.loads(run.stdout)

    def deliveries(self, server):
        return self.asked("deliveries", "list", "--endpoint", self.names[server], "--limit", "1000000")

    def settle(self, seconds, of=None):
        """Until nothing (of a resource) waits for any server, nor has come since the last look, or the time is over."""
        deadline, last = time.monotonic() + seconds, None
        while time.monotonic() < deadline:
            listed = self.asked("deliveries", "list", "--limit", "1000000")
            deliveries = [d for d in listed if of in (None, d["resource"])]
            if all(d["state"] == "delivered" for d in deliveries) and len(deliveries) == last:
                return
            last = len(deliveries)
            time.sleep(1)

    def left_alone(self):
        """The endpoints to which nothing was sent for a while because they failed."""
        with open(self.daemon.output) as file:
            told = [json.loads(line) for line in file if line.startswith("{")]
        return {line["endpoint"] for line in told if line["message"].startswith(LEFT_ALONE)}

    def stop(self):
        status = self.daemon.stop()
        self.simulator.stop()
        if status != 0:
            raise RuntimeError(f"the daemon ended with {status}")


def received(server):
    """Ids with their record and number, in the order in which they came."""
    with open(server.received) as file:
        return [line.split() for line in file]


def account(lines):
    """How many were forged, came again, or came after a later one of their record."""
    forged = sum(line == ["forged"] for line in lines)
    seen, last, again, disorder = set(), {}, 0, 0
    for id, record, number in (line for line in lines if line != ["forged"]):
        if id in seen:
            again += 1
            continue
        seen.add(id)
        disorder += last.get(record, 0) > int(number)
        last[record] = max(last.get(record, 0), int(number))
    return seen, forged, again, disorder


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Verdicts:
    def __init__(self):
        self.faults, self.rows = [], {}

    def row(self, server, text):
        self.rows.setdefault(server, []).append(text)

    def judge(self, server, holds, text):
        if not holds:
            self.faults.append(f"{server.name} {server.version}: {text}")


def healthy(play, rounds, verdicts):
    """Gaps around the idle limits, and bursts: nothing may fail, come twice, or be overtaken."""
    play.daemon.said("learned what is there")
    chance = random.Random(11)
    for limit in IDLE_LIMITS:
        for _ in range(max(2, round(rounds * min(1, 4 / limit)))):
            time.sleep(limit + chance.uniform(-0.12, 0.08))
            play.edit()
    for _ in range(3):
        play.edit(60)
        time.sleep(2)
    play.settle(PATIENCE_SECONDS)
    for server in play.tried:
        deliveries = play.deliveries(server)
        seen, forged, again, disorder = account(received(server))
        failed = [d for d in deliveries if d["attempts"] > 1 or d["state"] != "delivered"]
        verdicts.row(server, f"{len(deliveries)} events, {len(failed)} failed, {again} twice")
        verdicts.judge(server, len(deliveries) > 0, "no event was sent to it")
        for delivery in failed[:5]:
            shown = play.asked("deliveries", "show", str(delivery["delivery"]))
            first = shown["history"][0] if shown["history"] else {}
            verdicts.judge(server, False, f"attempt 1 of {delivery['event']} failed: {first}")
        signs = (forged, again, disorder)
        verdicts.judge(server, signs == (0, 0, 0), f"{signs} forged, again, late")
        verdicts.judge(server, seen == {d["event"] for d in deliveries}, "not all that was sent came")


def restarted(play, verdicts):
    """Each server is away for a second while events come; all of them wait, and none is lost."""
    gone, back = time.time(), {}
    for server in play.tried:
        server.stop(everything=False)
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        play.edit()
        time.sleep(0.1)
    for server in play.tried:
        server.launch()
    for server in play.tried:
        back[server] = server.wait()
    for _ in range(50):
        play.edit()
        time.sleep(0.1)
    play.settle(PATIENCE_SECONDS)
    for server in play.tried:
        deliveries = play.deliveries(server)
        seen, forged, _, disorder = account(received(server))
        settled = sorted(moment(d.get("settled_at")) for d in deliveries if d.get("settled_at"))
        after = next((time - back[server] for time in settled if time >= back[server]), None)
        verdicts.row(server, "back: not served" if after is None else f"back: served after {after:.1f} s")
        # Probes come further apart the longer a receiver is away; how long that is, a busy machine decides.
        allowed = 4 + 2 * (back[server] - gone)
        verdicts.judge(server, after is not None and after <= allowed, f"served {after} s after it was back")
        verdicts.judge(server, (forged, disorder) == (0, 0), f"{(forged, disorder)} forged, late, with a restart")
        verdicts.judge(server, seen == {d["event"] for d in deliveries}, "after a restart, not all that was sent came")


def refusing(play, verdicts):
    """Some events are larger than any server takes: each other comes at its first attempt, and none is held back."""
    play.daemon.said("learned what is there|read a page")
    for _ in range(20):
        play.edit(5)
        time.sleep(0.5)
    play.settle(PATIENCE_SECONDS, of="contacts")
    left = play.left_alone()
    for server in play.tried:
        deliveries = play.deliveries(server)
        large = [d for d in deliveries if d["resource"] == "organisations"]
        others = [d for d in deliveries if d["resource"] != "organisations"]
        late = [d for d in others if d["state"] != "delivered" or d["attempts"] > 1]
        results = sorted({str(d.get("last_result")) for d in large if d["attempts"] > 0})
        verdicts.row(server, f"too large: {'/'.join(results)}, {len(late)} of {len(others)} others failed or waited")
        verdicts.judge(server, len(large) > 5 and len(others) > 50, "too few events to judge by")
        verdicts.judge(server, results in (["413"], ["400"]), f"what is too large was answered {results}")
        verdicts.judge(server, not late, f"{len(late)} of {len(others)} events failed or wait beside those")
        verdicts.judge(server, play.names[server] not in left, "it was left alone for what is too large")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="only servers whose names contain one of these")
    parser.add_argument("--bin", required=True, help="where the built programs lie")
    parser.add_argument("--rounds", type=int, default=25, help="events for each idle limit up to 4 seconds")
    options = parser.parse_args()
    tried = [
        server for server in servers()
        if not options.names or any(name.lower() in server.name.lower() for name in options.names)]
    if not tried:
        sys.exit("no such server is installed")
    secret = subprocess.run([f"{options.bin}/insightly-webhooks", "secret"], capture_output=True, text=True, check=True)
    os.environ["WEBHOOK_SECRET"] = secret.stdout.strip()
    directory = tempfile.mkdtemp(prefix="receivers-")
    os.chmod(directory, 0o755)
    apps = shutil.copytree(f"{HERE}/apps", f"{directory}/apps")
    os.symlink("/usr/share/nodejs", f"{directory}/node_modules")
    verdicts = Verdicts()
    try:
        for server in tried:
            server.prepare(directory, apps, {"LARGEST_BODY": str(LARGEST_BODY)})
            server.launch()
        for server in tried:
            server.wait()
        print(f"{len(tried)} servers", flush=True)
        play = Play("healthy", directory, options.bin, tried, {"contacts": 60}, ["contacts"], "now")
        try:
            healthy(play, options.rounds, verdicts)
            print("gaps and bursts are done", flush=True)
            restarted(play, verdicts)
            print("the restart is done", flush=True)
        finally:
            play.stop()
        population = {"contacts": 100, "organisations": 10, "heavy-organisations": 10}
        play = Play("refusing", directory, options.bin, tried, population, ["contacts", "organisations"], "beginning")
        try:
            refusing(play, verdicts)
        finally:
            play.stop()
    except Exception:
        print(f"what was written is in {directory}", file=sys.stderr)
        raise
    finally:
        for server in tried:
            server.stop()
    for server in tried:
        print(f"{server.name} {server.version}: " + "; ".join(verdicts.rows.get(server, [])))
    if verdicts.faults:
        print(f"\n{len(verdicts.faults)} faults; what was written is in {directory}", file=sys.stderr)
        sys.exit("\n".join(verdicts.faults))
    shutil.rmtree(directory)


main()
