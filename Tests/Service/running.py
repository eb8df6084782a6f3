"""The service as it is run: reloaded, stopped, hung, killed, misconfigured, rebooted."""
import json
import os

from container import until
from guide import Guide
from scene import CONFIGURATION, PLAIN

# Shorter than those it is installed with, so that a test need not wait for a minute.
SHORT = "[Service]\nWatchdogSec=4\nTimeoutAbortSec=1\nRestartSec=200ms\n"


def reloading(scene):
    machine = scene.machine
    with scene.point("reload: a good configuration is taken over by the same process"):
        before, since = scene.unit(), scene.now()
        scene.write_configuration({"log.level": "debug"})
        machine.run(f"systemctl reload {PLAIN}")
        scene.wait_for_line(since, "the daemon goes by the new configuration")
        scene.holds(scene.unit()["MainPID"] == before["MainPID"], "it is another process")
    with scene.point("reload: a bad one is refused, each problem at `journalctl -p err`, and the old one runs on"):
        good, since = machine.read(CONFIGURATION), scene.now()
        scene.write_configuration({"event.poller.refresh_interval": "soon", "event.poller.delete": True})
        machine.run(f"systemctl reload {PLAIN}")
        refused = scene.wait_for_line(since, "is refused, and the daemon goes by the one before", "-p err")
        scene.has(refused, "event.poller.refresh_interval", "event.poller.deletes")
        until("the refusal in STATUS", lambda: "is refused" in scene.unit()["StatusText"])
        scene.holds(scene.unit()["MainPID"] == before["MainPID"], "it is another process")
        scene.deliver()
        machine.write(CONFIGURATION, good)
        scene.write_configuration({}, without=["log.level"])
        since = scene.now()
        machine.run(f"systemctl reload {PLAIN}")
        scene.wait_for_line(since, "the daemon goes by the new configuration")


def stopping(scene):
    machine = scene.machine
    since = scene.now()
    with scene.point("stop: what waits for a receiver that is away is kept, and sent after the start"):
        scene.receiver.end()
        scene.events += scene.insightly.edit(3)
        until("the events to wait", lambda: scene.status()["queue"]["last_sequence"] == scene.events)
        scene.wait_for_line(since, "not delivered")
        machine.run(f"systemctl stop {PLAIN}")
        known, status = scene.unit(), scene.status()
        scene.holds(known["Result"] == "success" and known["ExecMainStatus"] == "0", f"it ended with {known['Result']}")
        scene.holds(not status["daemon_runs"] and status["queue"]["open"] >= 3, f"nothing waits: {status['queue']}")
        scene.receiver.start()
        machine.run(f"systemctl start {PLAIN}")
        scene.receiver.wait_for(scene.events)
    with scene.point("the journal has each line under its priority: `-p warning` shows warnings, and nothing else"):
        lines = [json.loads(line) for line in machine.run(
            f"journalctl -u {PLAIN} --since={since} -o json _COMM=insightly-webho").splitlines()]
        told = {line["PRIORITY"]: line["MESSAGE"] for line in lines}
        scene.holds(set(told) >= {"4", "5", "6"}, f"there are only the priorities {sorted(told)}")
        scene.holds(not any(text.startswith("<") for text in told.values()), "a prefix was left in the line")
        warnings = scene.journal(since, "-p warning")
        scene.has(warnings, "not delivered")
        scene.holds('"level":"info"' not in warnings and '"level":"notice"' not in warnings, warnings)


def dying(scene):
    machine = scene.machine
    directory = "/etc/systemd/system/insightly-webhooks.service.d"
    machine.run(f"mkdir -p {directory}")
    machine.write(directory + "/short.conf", SHORT)
    machine.run(f"systemctl daemon-reload; systemctl restart {PLAIN}")
    with scene.point("watchdog: a process that was stopped (SIGSTOP) is killed and started again"):
        before, since = scene.unit(), scene.now()
        machine.run(f"kill -STOP {before['MainPID']}")
        known = scene.wait_until_up(other_than=before["MainPID"])
        scene.has(scene.journal(since), "Watchdog timeout")
        scene.holds(known["NRestarts"] == "1", f"it was started {known['NRestarts']} times")
        scene.deliver()
    with scene.point("kill -9: started again, and nothing is lost or told twice"):
        machine.run(f"kill -KILL {known['MainPID']}")
        scene.wait_until_up(other_than=known["MainPID"])
        scene.deliver()


def misconfigured(scene):
    machine = scene.machine
    with scene.point("a bad configuration: exit status 78, failed, and not started again"):
        good, since = machine.read(CONFIGURATION), scene.now()
        scene.write_configuration({"event.poller.refresh_interval": "soon"})
        machine.run(f"systemctl restart {PLAIN}", status=1)
        # Where it were to be started again, it would be `activating (auto-restart)` now.
        known = until("it to have failed", lambda: (
            lambda known: known["ActiveState"] not in ["active", "deactivating"] and known)(scene.unit()))
        seen = {name: known[name] for name in ["ActiveState", "SubState", "Result", "ExecMainStatus", "NRestarts"]}
        scene.holds(list(seen.values()) == ["failed", "failed", "exit-code", "78", "0"], f"{seen}")
        scene.has(scene.journal(since, "-p err"), "event.poller.refresh_interval")
        machine.write(CONFIGURATION, good)
        machine.run(f"systemctl start {PLAIN}")
        scene.deliver()
    machine.run("rm -r /etc/systemd/system/insightly-webhooks.service.d; systemctl daemon-reload")


def rebooting(scene):
    with scene.point("reboot: it starts with the machine, and goes on where it stood"):
        known = sum(resource["records_known"] for resource in scene.status()["resources"])
        new = scene.insightly.edit(2)
        scene.events += new
        scene.machine.reboot()
        scene.wait_until_up()
        scene.receiver.wait_for(scene.events)
        lines = scene.machine.run(f"journalctl -b -u {PLAIN} -o cat")
        scene.holds("the state store is new" not in lines and "learned what is there" not in lines, lines)
        after = sum(resource["records_known"] for resource in scene.status()["resources"])
        scene.holds(after == known + new, f"{known} records were known and {new} are new, but now {after} are known")


def restoring(scene, project):
    machine = scene.machine
    guide = Guide(os.path.join(project, "docs/operating.md"), "The state store")
    with scene.point("docs/operating.md: a backup is put back; one that root owns is refused, with the command that mends it"):
        machine.run("insightly-webhooks backup /root/copy.sqlite3")
        machine.run(f"systemctl stop {PLAIN}")
        machine.run("cd /var/lib/insightly-webhooks && rm state.sqlite3* && cp /root/copy.sqlite3 state.sqlite3")
        since = scene.now()
        machine.tells(f"systemctl start {PLAIN}")
        scene.wait_for_line(since, "chown insightly-webhooks: /var/lib/insightly-webhooks/state.sqlite3", "-p err")
        machine.run(guide.block("sh", "chown").replace("FILE", "/root/copy.sqlite3"))
        scene.wait_until_up()
        scene.deliver()


def run(scene, project):
    reloading(scene)
    stopping(scene)
    dying(scene)
    misconfigured(scene)
    restoring(scene, project)
    rebooting(scene)
