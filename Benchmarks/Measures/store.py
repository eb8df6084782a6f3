# `bench store`: what the state in PostgreSQL costs the daemon, beside the state in a file: reading all contacts for the
# first time, and delivering events that wait. The server is one of this machine, reached by its socket, and writes to
# disk as it does by default.

import argparse
import contextlib
import os
import pathlib
import subprocess
import tempfile

from delivery import open_events, queued
from surroundings import API, Receiver, contacts, cpu_seconds, daemon, directory, machine, started, wait_for

CPU_BAR = 2.5
DELIVERIES_BAR = 2000


@contextlib.contextmanager
def server():
    """A server of Debian's programs, and the address of a database in it."""
    programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    # The server refuses to run as root.
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="measure-pg-", dir="/var/tmp") as folder:
        if user:
            subprocess.run(["chown", "postgres", folder], check=True)
        data = f"{folder}/data"
        make = [*user, programs / "initdb", "-D", data, "-U", "measure", "--auth=trust", "--locale=C.UTF-8"]
        subprocess.run([str(part) for part in make], check=True, stdout=subprocess.DEVNULL)
        options = [f"unix_socket_directories={folder}", "listen_addresses=", "lc_messages=C"]
        command = [*user, programs / "postgres", "-D", data] + [part for option in options for part in ("-c", option)]
        with started(command, stderr=open(f"{folder}/log", "w")):
            ready = [programs / "pg_isready", "-q", "-h", folder]
            wait_for(lambda: subprocess.run([str(p) for p in ready]).returncode == 0 or None, "the server", 60)
            yield f"host={folder} user=measure dbname=postgres"


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
        with server() as url:
            database = first_reading(arguments.records, start, store__url=url)
        rows.append(f"| {name}, CPU s of the daemon | {database / file:.2f} | {database:.2f} | {file:.2f} | {CPU_BAR} |")
        missed = missed or database > CPU_BAR * file
    file = delivering(arguments.events, arguments.in_flight)
    with server() as url:
        database = delivering(arguments.events, arguments.in_flight, store__url=url)
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
