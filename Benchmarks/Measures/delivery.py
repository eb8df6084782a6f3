# `bench delivery`: how fast the daemon delivers events that wait, and what each costs it, beside a script that does the
# same. The receiver answers at once.

import argparse
import shutil
import subprocess
import sys
import time

from surroundings import API, PEERS, Receiver, contacts, cpu_seconds, daemon, directory, machine, metrics, started


def queued(path, api, receiver, count, **store):
    """Fills the daemon's store: at this pace one event goes out at once, and the next in a quarter of an hour."""
    api.open_walk()
    with daemon(
        path, api, event__poller__start="beginning", event__notification__callback__url=receiver.url,
        event__notification__requests_per_second=0.001, **store,
    ) as process:
        api.wait_for_walk(1)
        receiver.report()


def open_events(path):
    """How many events wait, as the daemon itself says."""
    lines = [line for line in metrics(path).splitlines() if line.startswith("insightly_webhooks_queue_open{")]
    return int(lines[0].split()[-1]) if lines else None


def ours(store, api, count, in_flight):
    with directory() as path, Receiver.serving(count) as receiver:
        for file in store.glob("state.sqlite3*"):
            shutil.copy(file, path)
        with daemon(
            path, api, event__poller__start="beginning", event__poller__refresh_interval=600,
            event__notification__callback__url=receiver.url, event__notification__concurrency=in_flight,
        ) as process:
            seconds, cpu = receiver.report()
            taken = None
            while open_events(path) != 0:
                taken = cpu_seconds(process)
                time.sleep(0.1)
            return seconds, taken or cpu_seconds(process), cpu


def theirs(store, count, in_flight):
    with directory() as path, Receiver.serving(count) as receiver:
        for file in store.glob("store.sqlite3*"):
            shutil.copy(file, path)
        command = [sys.executable, PEERS / "send.py", receiver.url, path / "store.sqlite3", in_flight]
        with started(command, stdout=subprocess.PIPE) as process:
            seconds, cpu = receiver.report()
            return seconds, float(process.stdout.readline()), cpu


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench delivery", description="Delivering events, beside a script.")
    parser.add_argument("--events", type=int, default=30_000, help="how many events wait")
    parser.add_argument("--in-flight", type=int, nargs="+", default=[4, 8, 64], help="attempts at once")
    arguments = parser.parse_args()
    count = arguments.events
    _, size = contacts(count + 1)
    rows = []
    with directory() as store, API.serving(count + 1) as api:
        with Receiver.serving(1) as receiver:
            queued(store, api, receiver, count)
        api.open_walk()
        with subprocess.Popen(
            [sys.executable, str(PEERS / "sync.py"), api.url, str(store / "store.sqlite3"), "1", "--outbox"],
            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        ) as process:
            process.communicate("\n")
        for in_flight in arguments.in_flight:
            rows.append((in_flight, ours(store, api, count, in_flight), theirs(store, count, in_flight)))
    print(f"{count} events of contacts of {size:.0f} bytes; {machine()}\n")
    print("| in flight | RATIO events/s | RATIO CPU | daemon events/s | script events/s | daemon µs | script µs | receiver |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for in_flight, (seconds, cpu, receiving), (their_seconds, their_cpu, their_receiving) in rows:
        share = max(receiving / seconds, their_receiving / their_seconds)
        print(
            f"| {in_flight} | {their_seconds / seconds:.2f} | {cpu / their_cpu:.2f} | {count / seconds:.0f} "
            f"| {count / their_seconds:.0f} | {cpu / count * 1e6:.0f} | {their_cpu / count * 1e6:.0f} | {share:.0%} |"
        )


if __name__ == "__main__":
    main()
