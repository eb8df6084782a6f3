"""The two that the daemon stands between: a simulated Insightly, and a receiver that verifies."""
import json
import os
import subprocess
import urllib.request

from container import until

KEY = "00000000-0000-4000-8000-000000000000"
POLLED = ["contacts", "organisations", "leads", "opportunities"]


class Peer:
    def __init__(self, name, work, command, environment=None):
        self.name, self.command, self.environment = name, command, environment or {}
        self.said = os.path.join(work, name)
        self.process = None

    def start(self):
        with open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                self.command, stdout=said, stderr=said, env={**os.environ, **self.environment})
        until(f"the {self.name} to listen", lambda: "http://" in open(self.said).read())

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


class Insightly(Peer):
    def __init__(self, programs, work, port=8081, name="simulator"):
        self.port = port
        super().__init__(name, work, [os.path.join(programs, "insightly-simulator"), "--port", str(port),
                                      "--edits-per-minute", "0", "--quiet"])

    def ask(self, path, given=None):
        data = None if given is None else json.dumps(given).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/simulator/{path}", data, timeout=10) as answer:
            return answer.read().decode()

    def edit(self, count):
        """Records come to be until at least so many are of a polled resource; how many are. Each is one event."""
        made = 0
        while made < count:
            commits = json.loads(self.ask("edits", {"count": 1, "kinds": ["create"]}))
            made += sum(commit["resource"] in POLLED for commit in commits)
        return made


class Receiver(Peer):
    """Keeps what it accepted over its own restarts."""

    def __init__(self, programs, work, key, port=8080, name="receiver"):
        self.journal = os.path.join(work, name + ".journal")
        super().__init__(
            name, work,
            [os.path.join(programs, "insightly-webhooks"), "listen", "--port", str(port), "--journal", self.journal],
            {"INSIGHTLY_WEBHOOKS_SIGNATURE_KEY": key})

    def sequences(self):
        """The numbers of the events that were accepted, each once."""
        if not os.path.exists(self.journal):
            return []
        with open(self.journal) as lines:
            return sorted({json.loads(line)["webhook-sequence"] for line in lines if line.endswith("\n")})

    def wait_for(self, last):
        """Until it has every event up to `last`."""
        until(lambda: f"the {self.name} to have all events up to {last}; it has {self.sequences()}",
              lambda: self.sequences() == list(range(1, last + 1)), 60)
