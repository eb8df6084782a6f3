"""A machine with nothing but the package, set up as the README says, to the letter."""
import os
import shutil

from guide import Guide
from peers import KEY, Insightly, Receiver
from scene import CONFIGURATION, PLAIN

FILES = [
    "/usr/bin/insightly-webhooks", "/lib/systemd/system/insightly-webhooks.service",
    "/lib/systemd/system/insightly-webhooks@.service", "/usr/lib/sysusers.d/insightly-webhooks.conf", CONFIGURATION,
    "/usr/share/man/man1/insightly-webhooks.1.gz", "/usr/share/man/man5/insightly-webhooks.json.5.gz",
    "/usr/share/bash-completion/completions/insightly-webhooks",
    "/usr/share/zsh/vendor-completions/_insightly-webhooks",
    "/usr/share/fish/vendor_completions.d/insightly-webhooks.fish",
    "/usr/share/doc/insightly-webhooks/copyright", "/usr/share/doc/insightly-webhooks/README.md",
    "/usr/share/doc/insightly-webhooks/systemd/README.md",
]


def installing(scene, guide):
    machine = scene.machine
    with scene.point("a fresh Debian: systemd as first process, no Swift, nothing of the package"):
        scene.holds(machine.tells("cat /proc/1/comm") == "systemd", "the first process is not systemd")
        swift = machine.run("find / -xdev -name 'swift*' -o -xdev -name 'libswift*' -o -xdev -name 'libFoundation*'")
        scene.holds(not swift, f"there is something of Swift: {swift}")
        scene.holds(not scene.exists("/etc/insightly-webhooks"), "/etc/insightly-webhooks is there already")
        shutil.copy(scene.package, machine.path("/root"))
    with scene.point("README: `apt install` of the package, and of what it names as its dependencies"):
        # Without a network, lists stay as they were; apt says so, and goes on.
        machine.run(guide.line("apt update"))
        machine.run(guide.line("apt install"), given="y\n")
        for file in FILES:
            scene.holds(scene.exists(file), f"{file} is not there")
        scene.holds("not found" not in machine.run("ldd /usr/bin/insightly-webhooks"), "a library is missing")
        scene.holds("swift" not in machine.run("ldd /usr/bin/insightly-webhooks"), "it wants Swift's libraries")
    with scene.point("it is enabled and runs, and polls nothing before it is told to"):
        known = scene.wait_until_up()
        scene.holds(known["UnitFileState"] == "enabled", "it is not enabled")
        scene.has(known["StatusText"], "event.notification.enabled is false")


def configuring(scene, guide):
    machine = scene.machine
    with scene.point("README: the secrets"):
        machine.run(guide.line("install -d"))
        machine.run(guide.line("credstore/insightly-api-key"), given=KEY + "\n")
        machine.run(guide.line("secret >"))
        signature = machine.run(guide.line("cat /etc/credstore/signature-key")).strip()
        for name in ["insightly-api-key", "signature-key"]:
            scene.holds(os.stat(machine.path("/etc/credstore/" + name)).st_mode & 0o777 == 0o600, f"{name} is readable")
    scene.insightly = Insightly(scene.programs, scene.work)
    scene.receiver = Receiver(scene.programs, scene.work, signature)
    scene.insightly.start()
    scene.receiver.start()
    with scene.point("README: the configuration, with the Insightly and the receiver that are simulated here"):
        machine.write(CONFIGURATION, guide.block("json", '"insightly.pod"'))
        # The one thing that is not as the guide has it: what it writes for those who have no account.
        scene.write_configuration({
            "insightly.base_url": "http://127.0.0.1:8081/v3.1/",
            "event.notification.callback.url": "http://127.0.0.1:8080/",
            "event.notification.allowed_networks": ["127.0.0.0/8"], "event.poller.refresh_interval": 0.05},
            without=["insightly.pod"])
    with scene.point("README: `check --online` finds key, plan and quota with the secrets of the service"):
        scene.has(machine.run(guide.line("check --online")), "plan: Enterprise")
    with scene.point("README: started, it has STATUS for `systemctl status`, and `status` says that it runs"):
        machine.run(guide.line("systemctl restart"))
        scene.has(machine.run(guide.line("systemctl status")), "active (running)", 'Status: "polling contacts')
        scene.has(machine.run(next(line for line in guide.block("sh", "systemctl restart").splitlines()
                                   if line.startswith("insightly-webhooks status"))), "runs")
    with scene.point("changes arrive, signed with the credential that systemd passed"):
        scene.wait_until_learned()
        scene.deliver()


def sandbox(scene):
    machine = scene.machine
    with scene.point("Type=notify; the credentials are the service's alone, and no secret is in its environment"):
        known = scene.unit()
        scene.holds(known["Type"] == "notify" and known["NotifyAccess"] == "main", "it is not of Type=notify")
        scene.holds(known["WatchdogUSec"] == "1min", "its watchdog is " + known["WatchdogUSec"])
        environment = machine.run(f"tr '\\0' '\\n' </proc/{known['MainPID']}/environ")
        scene.has(environment, "CREDENTIALS_DIRECTORY=/run/credentials/insightly-webhooks.service")
        scene.holds(KEY not in environment and "whsec_" not in environment, "a secret is in the environment")
        owner = machine.run(f"stat -c %U /proc/{known['MainPID']}").strip()
        scene.holds(owner == "insightly-webhooks", f"it runs as {owner}")
    with scene.point("systemd finds no fault with the unit, and an exposure of 1.5 at most"):
        machine.run(f"systemd-analyze verify --man=no --recursive-errors=no {PLAIN}")
        said = machine.run(f"systemd-analyze security --threshold=15 {PLAIN}").strip().splitlines()[-1]
        print("           " + said.lstrip("→ "))


def set_up(scene, project):
    guide = Guide(os.path.join(project, "README.md"), "Set it up")
    installing(scene, guide)
    configuring(scene, guide)
    sandbox(scene)
