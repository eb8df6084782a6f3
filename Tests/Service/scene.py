"""What every point looks at: the machine, the two peers, and the service between them."""
import json
import os
import time
from contextlib import contextmanager

from container import Missing, until

PLAIN = "insightly-webhooks.service"
CONFIGURATION = "/etc/insightly-webhooks/config.json"


class Scene:
    def __init__(self, machine, programs, work, package):
        self.machine, self.programs, self.work, self.package = machine, programs, work, package
        self.insightly = self.receiver = None
        # How many events there have been so far.
        self.events = 0

    @contextmanager
    def point(self, text):
        """One line of the report. Leaves by Missing where it does not hold."""
        began = time.monotonic()
        try:
            yield
        except Missing as missing:
            print(f"MISSING  {text}\n{missing}", flush=True)
            raise
        print(f"ok  {time.monotonic() - began:4.1f} s  {text}", flush=True)

    def holds(self, condition, otherwise):
        if not condition:
            raise Missing(otherwise)

    def has(self, text, *parts):
        for part in parts:
            self.holds(part in text, f"{part!r} is not in: {text[-3000:]}")

    def unit(self, unit=PLAIN):
        """What systemd knows of a unit."""
        lines = self.machine.run(f"systemctl show {unit}").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def is_up(self, unit=PLAIN, other_than=None):
        known = self.unit(unit)
        return known["ActiveState"] == "active" and known["MainPID"] not in ["0", other_than] and known

    def wait_until_up(self, unit=PLAIN, other_than=None):
        return until(f"{unit} to be active", lambda: self.is_up(unit, other_than))

    def now(self):
        """A time to read the journal from. No cursor: behind one, journalctl leaves out the first line that matches."""
        return f"@{time.time():.6f}"

    def journal(self, since, options="", unit=PLAIN):
        return self.machine.run(f"journalctl -u {unit} --since={since} -o cat {options}")

    def wait_for_line(self, since, text, options="", unit=PLAIN):
        return until(f"{text!r} in the journal", lambda: (
            lambda lines: text in lines and lines)(self.journal(since, options, unit)))

    def status(self, options=""):
        return json.loads(self.machine.run(f"insightly-webhooks status --json {options}"))

    def write_configuration(self, changes, path=CONFIGURATION, without=()):
        """The file with some keys changed, and some taken out."""
        document = {**json.loads(self.machine.read(path)), **changes}
        kept = {key: value for key, value in document.items() if key not in without}
        self.machine.write(path, json.dumps(kept, indent=2) + "\n")

    def wait_until_learned(self, options=""):
        """Until what is there is known, and the second is over in which a new record may have been there before."""
        def cursors():
            resources = self.status(options)["resources"]
            return [resource["cursor"] for resource in resources] if all(
                resource["baseline_complete"] for resource in resources) else None
        first = until("all resources to be learned", cursors)
        until("all resources to be polled after that", lambda: all(
            later > earlier for earlier, later in zip(first, cursors())))

    def deliver(self, count=3):
        """New records, and their events at the receiver, in their order and without a gap."""
        self.events += self.insightly.edit(count)
        self.receiver.wait_for(self.events)

    def exists(self, inside):
        return os.path.lexists(self.machine.path(inside))
