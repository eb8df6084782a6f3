# `bench store`: what the state in PostgreSQL costs the daemon, beside the state in a file: reading all contacts for the
# first time, and delivering events that wait. The server is one of this machine, reached by its socket, and writes to
# disk as it does by default.

import argparse

from database import Database
from delivery import open_events, queued
from surroundings import API, Receiver, contacts, cpu_seconds, daemon, directory, machine, wait_for

CPU_BAR = 2.5
DELIVERIES_BAR = 2000


def first_reading(count, start, **store):
    with directory() as path, API.serving(count) as api:
        with daemon(path, api, event__poller__start=start, **store) as process:
            wait_for(lambda: "learned what is there" in (path / "log").read_text() or None, "learning all contacts")
            return cpu_seconds(process)


def delivering(count, in_flight, **store):
    """Deliveries a second, each recorded for good."""
    with directory() as path, API.serving(count + 1) as api:
        with Receiver.serving(1) as receiver:
            queued(path, api, receiver, count, **store)
        with Receiver.serving(count) as receiver:
            with daemon(
                path, api, event__poller__start="beginning", event__poller__refresh_interval=600,
                event__notification__callback__url=receiver.url, event__notification__concurrency=in_flight, **store,
            ):
                seconds, _ = receiver.report()
                wait_for(lambda: open_events(path) == 0 or None, "the record of the last of them")
                return count / seconds


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench store", description="PostgreSQL, beside a file.")
    parser.add_argument("--records", type=int, default=100_000, help="how many contacts there are")
    parser.add_argument("--events", type=int, default=30_000, help="how many events wait")
    parser.add_argument("--in-flight", type=int, default=64, help="attempts at once")
    parser.add_argument("--bars", action="store_true", help="end with 1 where a bar is missed")
    arguments = parser.parse_args()
    _, size = contacts(arguments.records)
    rows, missed = [], False
    for name, start in [("first reading", "now"), ("first reading with an event each", "beginning")]:
        file = first_reading(arguments.records, start)
        with Database.serving() as server:
            database = first_reading(arguments.records, start, store__url=server.url)
        rows.append(f"| {name}, CPU s of the daemon | {database / file:.2f} | {database:.2f} | {file:.2f} | {CPU_BAR} |")
        missed = missed or database > CPU_BAR * file
    file = delivering(arguments.events, arguments.in_flight)
    with Database.serving() as server:
        database = delivering(arguments.events, arguments.in_flight, store__url=server.url)
    rows.append(
        f"| deliveries a second, {arguments.in_flight} at once | {database / file:.2f} | {database:.0f} | {file:.0f} "
        f"| {DELIVERIES_BAR} |")
    missed = missed or database < DELIVERIES_BAR
    print(f"{arguments.records} contacts of {size:.0f} bytes, {arguments.events} events; {machine()}\n")
    print("| | RATIO | PostgreSQL | file | bar |\n|---|---:|---:|---:|---:|")
    print("\n".join(rows))
    if arguments.bars and missed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
