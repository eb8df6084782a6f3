"""A Debian in a container, with systemd as its first process and the loopback of whoever calls."""
import os
import signal
import subprocess
import time

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
# What systemd-nspawn ends with when the system in it reboots.
RESTART = 133


class Missing(Exception):
    """What a point promises was not to be seen; the text says what was seen instead."""


def until(what, condition, seconds=300):
    """What `condition` gives, as soon as that is something. `what` may be asked for when it did not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise Missing(f"{what() if callable(what) else what}: not within {seconds} s")


class Container:
    def __init__(self, root, work, groups):
        """`root` is shown with a layer over it in `work`, so that each one begins as fresh. `groups` are cgroups of its
        own, without which containers that run at the same time would share one."""
        self.root, self.console, self.groups = os.path.join(work, "root"), os.path.join(work, "console"), groups
        upper, scratch = os.path.join(work, "upper"), os.path.join(work, "scratch")
        for directory in [self.root, upper, scratch]:
            os.mkdir(directory)
        options = f"lowerdir={root},upperdir={upper},workdir={scratch}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, self.root], check=True)
        self.nspawn = self.leader = None

    def boot(self):
        """Until systemd is up; raises Missing where it does not come up."""
        enter = "".join(f"echo $$ >{group}/cgroup.procs; " for group in self.groups)
        keep = "--keep-unit" if self.groups else ""
        with open(self.console, "ab") as console:
            self.nspawn = subprocess.Popen(
                ["sh", "-c", f"{enter}exec systemd-nspawn -q -D {self.root} --boot --register=no {keep} "
                 "--resolv-conf=off --timezone=off --console=pipe"],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        self.wait_for_systemd()

    def wait_for_systemd(self, before=None):
        self.leader = until("a first process in the container", lambda: self.first_process(before))
        until("systemd in the container to be up", lambda: self.tells("systemctl is-system-running") in
              ["running", "degraded"])

    def first_process(self, before):
        if self.nspawn.poll() is not None:
            raise Missing(f"systemd-nspawn ended with {self.nspawn.returncode}")
        with open(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children") as children:
            for child in children.read().split():
                with open(f"/proc/{child}/comm") as name:
                    if name.read().strip() == "systemd" and child != before:
                        return child
        return None

    def try_run(self, command, given=""):
        return subprocess.run(
            ["nsenter", "-t", self.leader, "-a", "--", "env", "-i", f"PATH={PATH}", "LANG=C.UTF-8", "HOME=/root",
             "TERM=dumb", "SYSTEMD_PAGER=", "bash", "-c", "cd /root\n" + command],
            input=given, capture_output=True, text=True, check=False)

    def run(self, command, given="", status=0):
        """What it printed. Raises Missing where it ends with another status."""
        run = self.try_run(command, given)
        if run.returncode != status:
            raise Missing(f"`{command.strip()}` ended with {run.returncode}: {run.stdout[-2000:]}{run.stderr[-2000:]}")
        return run.stdout

    def tells(self, command):
        """What it printed, whatever its status."""
        return self.try_run(command).stdout.strip()

    def path(self, inside):
        return self.root + inside

    def read(self, inside):
        with open(self.path(inside)) as file:
            return file.read()

    def write(self, inside, text):
        with open(self.path(inside), "w") as file:
            file.write(text)

    def reboot(self):
        before = self.leader
        self.try_run("systemctl reboot")
        until("the container to go down", lambda: not os.path.exists(f"/proc/{before}"))
        # Where systemd-nspawn keeps the cgroup that it was given, it leaves it to its caller to begin anew.
        if self.groups:
            status = self.nspawn.wait(300)
            if status != RESTART:
                raise Missing(f"systemd-nspawn ended with {status}, which does not ask to be started again")
            self.boot()
        else:
            self.wait_for_systemd(before)

    def end(self):
        if self.nspawn and self.nspawn.poll() is None:
            self.nspawn.send_signal(signal.SIGTERM)
            try:
                self.nspawn.wait(300)
            except subprocess.TimeoutExpired:
                self.nspawn.kill()
                self.nspawn.wait()
