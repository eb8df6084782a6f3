"""A second installation on the machine, beside the plain one, as the guide says."""
import os

from guide import Guide
from peers import KEY, Insightly, Receiver
from scene import PLAIN, Scene

OTHER = "insightly-webhooks@other.service"
OTHER_CONFIGURATION = "/etc/insightly-webhooks/other.json"


def beside(scene, project):
    guide = Guide(os.path.join(project, "systemd/README.md"), "Several installations")
    machine = scene.machine
    # The same machine, and an Insightly and a receiver of its own.
    second = Scene(machine, scene.programs, scene.work, scene.package)
    before = scene.unit()
    with scene.point("systemd/README.md: an instance of the template beside the plain service"):
        machine.run(guide.line("install -m 644"))
        machine.run(guide.line("other.insightly-api-key"), given=KEY + "\n")
        machine.run(guide.line("other.signature-key"))
        second.write_configuration({
            "insightly.base_url": "http://127.0.0.1:8091/v3.1/", "admin.listen": None,
            "event.notification.callback.url": "http://127.0.0.1:8090/"}, OTHER_CONFIGURATION)
        second.insightly = Insightly(scene.programs, scene.work, 8091, "other-simulator")
        second.receiver = Receiver(
            scene.programs, scene.work, machine.read("/etc/credstore/other.signature-key").strip(), 8090,
            "other-receiver")
        second.insightly.start()
        second.receiver.start()
        # The key of the plain service would pass as well, so there is none to be found.
        machine.run("mv /etc/credstore/insightly-api-key /root")
        scene.has(machine.run(guide.line("check --online")), "plan: Enterprise")
        machine.run("mv /root/insightly-api-key /etc/credstore")
        machine.run(guide.line("systemctl enable"))
        second.wait_until_up(OTHER)
        second.wait_until_learned(f"--config {OTHER_CONFIGURATION}")
        store = second.status(f"--config {OTHER_CONFIGURATION}")["store"]
        scene.holds(store == "/var/lib/insightly-webhooks/other/state.sqlite3", f"commands of it are about {store}")
    with scene.point("each has a state, secrets and a receiver of its own, and the plain one was left alone"):
        second.deliver(2)
        scene.deliver(1)
        scene.holds(scene.exists("/var/lib/insightly-webhooks/other/state.sqlite3"), "the instance has no state")
        scene.holds(scene.unit()["MainPID"] == before["MainPID"], "the plain one is another process")
        said = machine.run(f"systemd-analyze security --threshold=15 {OTHER}").strip().splitlines()[-1]
        print("           " + said.lstrip("→ "))
    with scene.point("stopping and starting one leaves the other alone"):
        machine.run(f"systemctl stop {PLAIN}")
        scene.has(machine.run("insightly-webhooks status"), "`systemctl start insightly-webhooks`")
        second.deliver(1)
        machine.run(f"systemctl start {PLAIN}")
        scene.deliver(1)
    return second
