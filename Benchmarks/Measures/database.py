# A server of PostgreSQL of this machine, reached by its socket, which writes to disk as it does by default, and what it
# takes of the machine.

import contextlib
import os
import pathlib
import subprocess
import tempfile

from surroundings import TICKS, started, wait_for


class Database:
    """A server of Debian's programs, and the address of a database in it."""

    @classmethod
    @contextlib.contextmanager
    def serving(cls):
        programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        # The server refuses to run as root.
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        with tempfile.TemporaryDirectory(prefix="measure-pg-", dir="/var/tmp") as folder:
            if user:
                subprocess.run(["chown", "postgres", folder], check=True)
            data = f"{folder}/data"
            make = [*user, programs / "initdb", "-D", data, "-U", "measure", "--auth=trust", "--locale=C.UTF-8"]
            subprocess.run([str(part) for part in make], check=True, stdout=subprocess.DEVNULL)
            options = [f"unix_socket_directories={folder}", "listen_addresses=", "lc_messages=C"]
            command = [*user, programs / "postgres", "-D", data]
            command += [part for option in options for part in ("-c", option)]
            with started(command, stderr=open(f"{folder}/log", "w")) as process:
                ready = [programs / "pg_isready", "-q", "-h", folder]
                wait_for(lambda: subprocess.run([str(p) for p in ready]).returncode == 0 or None, "the server", 60)
                database = cls()
                database.process, database.programs = process, programs
                database.url = f"host={folder} user=measure dbname=postgres"
                yield database

    def ask(self, query):
        """What psql prints of one value."""
        command = [self.programs / "psql", "-XAtq", "-d", self.url, "-c", query]
        return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout.strip()

    def sessions(self):
        """Those of daemons."""
        return int(self.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'insightly-webhooks%'"))

    def transactions(self):
        """So far, in all of its databases; what is only asked is one too."""
        return int(self.ask("SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database"))

    def cpu_seconds(self):
        """Of all its processes so far, those that have ended too."""
        family = {self.process.pid: 0}
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                number = int(stat.parent.name)
                if number == self.process.pid:
                    family[number] = sum(map(int, fields[11:15]))
                elif int(fields[1]) == self.process.pid:
                    family[number] = sum(map(int, fields[11:13]))
        return sum(family.values()) / TICKS
