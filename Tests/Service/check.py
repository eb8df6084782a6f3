"""Shows the package as a service, in namespaces that scripts/check-service makes:
check.py PACKAGE PROGRAMS ROOT WORK [CGROUP ...]. Ends with 0 when every point holds, with 1 when one does not, and with
77 when no systemd can be had here."""
import os
import signal
import sys
import time

import instances
import leaving
import running
import setting_up
from container import Container, Missing
from scene import PLAIN, Scene

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def show(scene):
    setting_up.set_up(scene, PROJECT)
    running.run(scene, PROJECT)
    second = instances.beside(scene, PROJECT)
    try:
        leaving.leave(scene, second)
    finally:
        for peer in [second.insightly, second.receiver]:
            peer.end()


def main(package, programs, root, work, *groups):
    # So that everything ends in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    machine = Container(root, work, groups)
    scene = Scene(machine, programs, work, package)
    try:
        try:
            machine.boot()
        except Missing as missing:
            with open(machine.console) as console:
                print(f"no container with systemd starts here: {missing}\n{console.read()[-2000:]}", file=sys.stderr)
            return 77
        show(scene)
    except Missing:
        print(machine.tells(f"journalctl -u '{PLAIN.removesuffix('.service')}*' -n 60 --no-hostname"), file=sys.stderr)
        return 1
    finally:
        machine.end()
        for peer in [scene.insightly, scene.receiver]:
            if peer:
                peer.end()
    print(f"the package holds what it promises, in {time.monotonic() - began:.0f} s")
    return 0


sys.exit(main(*sys.argv[1:]))
