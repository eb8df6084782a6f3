# `bench accounts`: what very many accounts cost one daemon that has nothing to tell: memory, CPU at the usual interval, and
# whether each gets its turn: how long the last of them waits for its first contact, and for a poll. The state is in a file,
# or with --postgresql in a database of a server that is started for it.

import argparse
import contextlib
import re
import subprocess
import time

from database import Database
from surroundings import PROGRAMS, cpu_seconds, daemon, directory, machine, metrics, started, wait_for
from memory import memory

KEY = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


class Instance:
    """A small one that all accounts lead to, and that never refuses for their number."""

    @classmethod
    @contextlib.contextmanager
    def serving(cls):
        few = {"contacts": 5, "organisations": 2, "leads": 2, "opportunities": 2, "projects": 0, "fruit": 0}
        options = [f"--{name}={count}" for name, count in few.items()]
        command = [PROGRAMS / "insightly-simulator", "--port=0", f"--api-key={KEY}", "--quiet", *options]
        command += ["--heavy-organisations=0", "--edits-per-minute=0", "--requests-per-second=0", "--daily-limit=100000000"]
        with started(command, stdout=subprocess.PIPE) as process:
            instance = cls()
            instance.url = re.search(r"http://\S+", process.stdout.readline())[0]
            yield instance


def samples(path, name):
    """Of a metric, the values of all accounts and resources."""
    return [float(line.rpartition(" ")[2]) for line in metrics(path).splitlines() if line.startswith(name + "{")]


@contextlib.contextmanager
def running(path, count, interval, **store):
    """Once each account knows all that was there: the daemon, and how many seconds that took."""
    accounts = [{"name": f"account-{number}", "insightly.api_key": KEY} for number in range(count)]
    resources = {"contacts": {}, "organisations": {}, "leads": {}, "opportunities": {}}
    with Instance.serving() as instance:
        began = time.monotonic()
        with daemon(
            path, instance, accounts=accounts, event__poller__configuration=resources,
            event__poller__refresh_interval=interval, insightly__requests_per_second=5, **store,
        ) as process:
            def complete():
                # The server is the last that begins.
                try:
                    known = samples(path, "insightly_webhooks_baseline_complete")
                except OSError:
                    return None
                return True if sum(known) == 4 * count else None

            wait_for(complete, "learning what is there")
            yield process, time.monotonic() - began


def turns(count, **store):
    """At an interval of a minute: seconds until all have begun, and the longest that a resource was not polled."""
    with directory() as path, running(path, count, 1, **store) as (_, began):
        lags = []
        for _ in range(12):
            time.sleep(15)
            lags += samples(path, "insightly_webhooks_lag_seconds")
        return began, max(lags)


def rest(count, database=None, **store):
    """At the usual interval: the share of a core that is taken over five minutes, and the memory; of the database, its
    share, its sessions, and the transactions a second."""
    with directory() as path, running(path, count, 15, **store) as (process, _):
        time.sleep(30)

        def taken():
            so_far = [cpu_seconds(process)]
            return so_far + [database.cpu_seconds(), database.transactions()] if database else so_far

        before, since = taken(), time.monotonic()
        time.sleep(300)
        seconds = time.monotonic() - since
        shares = [(now - then) / seconds for now, then in zip(taken(), before)]
        return shares, memory(process), database.sessions() if database else None


def measured(count, postgresql):
    if not postgresql:
        return *turns(count), *rest(count)
    with Database.serving() as database:
        began, lag = turns(count, store__url=database.url)
    # A new one: what is measured includes the first contact.
    with Database.serving() as database:
        return began, lag, *rest(count, database, store__url=database.url)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench accounts", description="What many accounts cost one daemon.")
    parser.add_argument("--accounts", type=int, default=1_000)
    parser.add_argument("--postgresql", action="store_true", help="with the state in a database")
    arguments = parser.parse_args()
    count = arguments.accounts
    began, lag, shares, (resident, peak, own), sessions = measured(count, arguments.postgresql)
    place = "PostgreSQL" if arguments.postgresql else "a file"
    print(f"{machine()}\n\n| {count} accounts of four resources each, the state in {place} | measured | at most |")
    print("|---|---:|---:|")
    print(f"| when nothing changes, at the usual interval of 15 minutes, % of a core | {100 * shares[0]:.2f} | 2 |")
    print(f"| memory at rest, MB resident | {resident:.1f} | 256 |")
    print(f"| its peak, first contact with all of them and reading of metrics included | {peak:.1f} | 256 |")
    print(f"| of which the process's own, not mapped from files | {own:.1f} | |")
    print(f"| seconds until the last has learned what is there | {began:.0f} | |")
    print(f"| the longest that a resource was not polled, at an interval of 60 s | {lag:.0f} | 90 |")
    if arguments.postgresql:
        print(f"| the server, when nothing changes, % of a core | {100 * shares[1]:.2f} | |")
        print(f"| its transactions a second then, those that only read among them | {shares[2]:.1f} | |")
        print(f"| its sessions | {sessions} | |")


if __name__ == "__main__":
    main()
