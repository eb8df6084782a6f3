"""The package upgraded, removed, installed again, and purged."""
import os
import subprocess

from container import until
from instances import OTHER, OTHER_CONFIGURATION
from scene import CONFIGURATION, PLAIN

STATE = "/var/lib/insightly-webhooks/state.sqlite3"


def newer(scene):
    """The same package under a later version, with another configuration to begin with."""
    tree, package = os.path.join(scene.work, "newer"), scene.machine.path("/root/newer.deb")
    subprocess.run(["dpkg-deb", "-R", scene.package, tree], check=True)
    with open(tree + "/DEBIAN/control") as file:
        control = file.read()
    version = next(line for line in control.splitlines() if line.startswith("Version: "))
    with open(tree + "/DEBIAN/control", "w") as file:
        file.write(control.replace(version, version + "+newer"))
    with open(tree + CONFIGURATION, "a") as file:
        file.write("\n")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", tree, package],
                   check=True, stdout=subprocess.DEVNULL)
    return version.removeprefix("Version: ") + "+newer"


def upgraded(scene, second):
    machine = scene.machine
    version = newer(scene)
    with scene.point("upgrade: both are started again, with the edited configuration and the state that was there"):
        before, of_other, good = scene.unit(), scene.unit(OTHER), machine.read(CONFIGURATION)
        # Asked which configuration is to be kept, somebody just presses Enter.
        machine.run("apt install ./newer.deb", given="\n\n")
        installed = machine.run("dpkg-query -W -f '${Version}' insightly-webhooks")
        scene.holds(installed == version, f"{installed} is installed, not {version}")
        scene.wait_until_up(other_than=before["MainPID"])
        scene.wait_until_up(OTHER, of_other["MainPID"])
        scene.holds(machine.read(CONFIGURATION) == good, "the configuration is another")
        scene.deliver(2)
        second.deliver(1)


def removed(scene, second):
    machine = scene.machine
    with scene.point("remove: both are stopped; configuration, state and queue are kept"):
        machine.run("apt remove insightly-webhooks", given="y\n")
        scene.holds(not scene.exists("/usr/bin/insightly-webhooks"), "the program is still there")
        for unit in [PLAIN, OTHER]:
            scene.holds(machine.tells(f"systemctl is-active {unit}") != "active", f"{unit} still runs")
        for file in [CONFIGURATION, OTHER_CONFIGURATION, STATE, "/var/lib/insightly-webhooks/other/state.sqlite3"]:
            scene.holds(scene.exists(file), f"{file} is gone")
    with scene.point("installed again: both go on where they stood"):
        machine.run("apt install ./newer.deb", given="y\n\n")
        scene.wait_until_up()
        scene.wait_until_up(OTHER)
        scene.deliver(1)
        second.deliver(1)


def purged(scene):
    machine = scene.machine
    with scene.point("purge: configuration, state and all that made it start are gone"):
        machine.run("apt purge insightly-webhooks", given="y\n")
        elsewhere = " ".join(f"-not -path '{folder}/*'" for folder in ["/root", "/var/lib/systemd", "/var/log"])
        left = machine.run(f"find / -xdev -name '*insightly-webhooks*' {elsewhere}").split()
        scene.holds(not left, f"these are left: {left}")
        until("no process of it to be left", lambda: not machine.tells("grep -l insightly-webho /proc/[0-9]*/comm"))


def leave(scene, second):
    upgraded(scene, second)
    removed(scene, second)
    purged(scene)
