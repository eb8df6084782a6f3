# `bench sync`: what the first reading of all contacts costs the daemon, what reading them again unchanged costs it, and
# what they take on disk, beside a script that does the same.

import argparse
import subprocess
import sys

from surroundings import API, PEERS, contacts, cpu_seconds, daemon, directory, machine, store_bytes, wait_for


def ours(count, start):
    """CPU seconds of learning all contacts from the list and of reading all again in a search, and bytes on disk."""
    with directory() as path, API.serving(count) as api:
        with daemon(path, api, event__poller__start=start) as process:
            wait_for(lambda: "learned what is there" in (path / "log").read_text() or None, "learning all contacts")
            first = cpu_seconds(process)
            api.open_walk()
            api.wait_for_walk(1)
            second = cpu_seconds(process) - first
        return first, second, store_bytes(path)


def theirs(count, options):
    with directory() as path, API.serving(count) as api:
        api.open_walk()
        api.open_walk()
        command = [sys.executable, PEERS / "sync.py", api.url, path / "store.sqlite3", 2, *options]
        with subprocess.Popen(
            [str(part) for part in command], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            first = float(process.stdout.readline())
            process.stdin.write("\n")
            process.stdin.flush()
            second = float(process.stdout.readline())
            process.stdin.close()
        return first, second, store_bytes(path)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench sync", description="Reading contacts, beside a script.")
    parser.add_argument("--records", type=int, default=100_000, help="how many contacts there are")
    count = parser.parse_args().records
    _, size = contacts(count)
    known, peer = ours(count, "now"), theirs(count, [])
    told, peer_told = ours(count, "beginning"), theirs(count, ["--outbox"])
    rows = [
        ("first reading, CPU s", known[0], peer[0], 0.33),
        ("read again unchanged, CPU s", known[1], peer[1], 0.20),
        ("first reading with an event each, CPU s", told[0], peer_told[0], None),
        ("on disk, bytes a record", known[2] / count, peer[2] / count, None),
        ("on disk with its event waiting, bytes a record", told[2] / count, peer_told[2] / count, None),
    ]
    print(f"{count} contacts of {size:.0f} bytes; {machine()}\n")
    print("| | RATIO | daemon | script | at most |\n|---|---:|---:|---:|---:|")
    for name, value, other, bar in rows:
        digits = 2 if "CPU" in name else 0
        print(f"| {name} | {value / other:.2f} | {value:.{digits}f} | {other:.{digits}f} | {bar or ''} |")


if __name__ == "__main__":
    main()
