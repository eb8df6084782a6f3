# What the measurements start: the daemon, the API, the receiver and the peers, each a process of its own, and what they
# take of the machine.

import contextlib
import json
import os
import pathlib
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
BUILD = HERE.parent.parent / ".build"
PROGRAMS = BUILD / "static/release"
PEERS = HERE.parent / "Peers"
KEY = "whsec_c2VjcmV0IG9mIDMyIGJ5dGVzIGZvciBtZWFzdXJpbmc="
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process):
    """What a process that runs has taken so far, user and system."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read().decode()


def metrics(path):
    """What the daemon over the store in this directory says of itself."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path / "admin"))
        connection.sendall(b"GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


def wait_for(condition, what, seconds=1800):
    """The first answer that is not None."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (answer := condition()) is not None:
            return answer
        time.sleep(0.1)
    raise SystemExit(f"nothing came of it within {seconds} s: {what}")


@contextlib.contextmanager
def started(command, **options):
    process = subprocess.Popen([str(part) for part in command], text=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def directory():
    """On the disk that the build lies on, and not in memory: commits are to cost what they cost."""
    path = pathlib.Path(tempfile.mkdtemp(dir=BUILD, prefix="measure-"))
    try:
        yield path
    finally:
        shutil.rmtree(path)


def contacts(count):
    """The file of so many contacts, which is made once, and the bytes of one on average."""
    path = BUILD / f"contacts-{count}.jsonl"
    if not path.exists():
        with open(f"{path}.new", "wb") as lines:
            subprocess.run([PROGRAMS / "bench", "contacts", str(count)], stdout=lines, check=True)
        os.rename(f"{path}.new", path)
    return path, path.stat().st_size / count - 1


class API:
    """The API with so many contacts."""

    @classmethod
    @contextlib.contextmanager
    def serving(cls, count):
        path, _ = contacts(count)
        with started([sys.executable, HERE / "api.py", path, count], stdout=subprocess.PIPE) as process:
            api = cls()
            api.root = f"http://127.0.0.1:{int(process.stdout.readline())}"
            api.url = api.root + "/v3.1/"
            yield api

    def open_walk(self):
        get(f"{self.root}/walks/1")

    def finished_walks(self):
        return int(get(f"{self.root}/walks"))

    def wait_for_walk(self, number):
        wait_for(lambda: self.finished_walks() >= number or None, f"walk {number} through all contacts")


class Receiver:
    """The receiver; it speaks after so many POSTs."""

    @classmethod
    @contextlib.contextmanager
    def serving(cls, posts):
        program = BUILD / "receiver"
        subprocess.run(["clang", "-O2", "-o", program, HERE / "receiver.c"], check=True)
        with started([program, posts], stdout=subprocess.PIPE) as process:
            receiver = cls()
            receiver.process = process
            receiver.url = f"http://127.0.0.1:{int(process.stdout.readline())}/hook"
            yield receiver

    def report(self):
        """Once all POSTs have come: the seconds that they took to come, and the receiver's CPU seconds for them."""
        seconds, cpu = map(float, self.process.stdout.readline().split())
        return seconds, cpu


@contextlib.contextmanager
def daemon(path, api, **keys):
    """The daemon over the store in this directory; dots of keys are written as two underscores."""
    configuration = {
        "event.notification.enabled": True,
        "event.notification.callback.url": "http://127.0.0.1:9/",
        "event.notification.allowed_networks": ["127.0.0.0/8"],
        "event.notification.signature.key": KEY,
        "event.poller.configuration": {"contacts": {}},
        "event.poller.refresh_interval": 0.1,
        "insightly.api_key": "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
        "insightly.base_url": api.url,
        "insightly.requests_per_second": 1000,
        "admin.listen": f"unix:{path / 'admin'}",
        "store.path": str(path / "state.sqlite3"),
    } | {key.replace("__", "."): value for key, value in keys.items()}
    if "store.url" in configuration:
        del configuration["store.path"]
    (path / "config.json").write_text(json.dumps(configuration))
    os.chmod(path / "config.json", 0o600)
    command = [PROGRAMS / "insightly-webhooks", "run", "--config", path / "config.json"]
    with open(path / "log", "a") as log, started(command, stderr=log) as process:
        yield process
        if process.poll() is not None:
            raise SystemExit(f"the daemon ended by itself:\n{(path / 'log').read_text()[-2000:]}")


def store_bytes(path):
    """Of a store whose process has ended, with all that lies beside it."""
    return sum(file.stat().st_size for file in path.glob("*.sqlite3*"))


def machine():
    model = next(
        (line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, Linux {platform.release()}, "
        f"Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
    )
