# `bench memory`: what the daemon holds in memory when it has nothing to do, and with very many records known and as many
# events waiting: how long it takes to be ready then, and its peak while it reads and delivers.

import argparse
import contextlib
import os
import pathlib
import re
import socket
import time

from surroundings import BUILD, API, Receiver, contacts, daemon, directory, machine, wait_for

MADE = 100_000


def memory(process):
    """Megabytes: resident, the greatest so far, and those that are this process's own."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    rollup = pathlib.Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    found = {name: int(value) / 1024 for name, value in re.findall(r"^(\w+):\s+(\d+) kB", status + rollup, re.M)}
    return found["VmRSS"], found["VmHWM"], found["RssAnon"]


def idle():
    """After contacts were learned, and a minute in which nothing happened."""
    with directory() as path, API.serving(1_000) as api:
        with daemon(path, api, event__poller__refresh_interval=60) as process:
            wait_for(lambda: "learned what is there" in (path / "log").read_text() or None, "learning all contacts")
            time.sleep(60)
            return memory(process)


def many(count):
    """Contacts that differ in their ids alone from others, as many as are wanted, made once."""
    path = BUILD / f"contacts-{count}.jsonl"
    if count <= MADE or path.exists():
        return
    head = b'{"CONTACT_ID":'
    with open(contacts(MADE)[0], "rb") as lines, open(f"{path}.new", "wb") as made:
        some = [line[len(head) :].split(b",", 1) for line in lines]
        for number in range(count):
            round, place = divmod(number, len(some))
            contact_id, rest = some[place]
            made.write(head + b"%d," % (int(contact_id) + 10_000_000 * round) + rest)
    os.rename(f"{path}.new", path)


@contextlib.contextmanager
def readiness(path):
    """Where systemd would be told that the daemon is ready."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(path / "notify"))
        os.environ["NOTIFY_SOCKET"] = str(path / "notify")
        try:
            yield heard
        finally:
            del os.environ["NOTIFY_SOCKET"]


def full(count):
    """Seconds from the start to READY, and the peak while the queue is delivered for half a minute."""
    many(count)
    with directory() as path, API.serving(count) as api, Receiver.serving(count * 2) as receiver:
        with daemon(
            path, api, event__poller__start="beginning", event__notification__callback__url=receiver.url,
            event__notification__requests_per_second=0.001,
        ):
            api.open_walk()
            api.wait_for_walk(1)
        with readiness(path) as heard:
            start = time.monotonic()
            with daemon(
                path, api, event__poller__start="beginning", event__notification__callback__url=receiver.url,
                event__poller__refresh_interval=600, event__notification__concurrency=8,
            ) as process:
                while b"READY=1" not in heard.recv(4096):
                    pass
                ready = time.monotonic() - start
                time.sleep(30)
                return ready, memory(process)[1]


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench memory", description="What the daemon holds in memory.")
    parser.add_argument("--records", type=int, default=1_000_000, help="how many records are known and events wait")
    count = parser.parse_args().records
    resident, _, own = idle()
    ready, peak = full(count)
    print(f"{machine()}\n\n| | measured | at most |\n|---|---:|---:|")
    print(f"| idle, MB resident | {resident:.1f} | 40 |")
    print(f"| of which the process's own, not mapped from files, MB | {own:.1f} | |")
    print(f"| {count} known and queued, peak MB resident | {peak:.1f} | 64 |")
    print(f"| the same, from start to READY, s | {ready:.2f} | 0.5 |")


if __name__ == "__main__":
    main()
