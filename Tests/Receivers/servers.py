"""The servers that are tried: how each is started, and what its version is."""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Interop"))
from ports import free_port

PYTHON = sys.executable
BIN = os.path.dirname(PYTHON)
NODE_MODULES = "/usr/share/nodejs"
PHP_MODULES = "/usr/lib/apache2/modules"
TOMCAT = "/usr/share/tomcat10"


def said(*command):
    """The first number of a version that a program says of itself."""
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    found = re.search(r"\d+(\.\d+)+", run.stdout + run.stderr)
    return found and found.group(0)


def package(*names):
    try:
        return " + ".join(version(name) for name in names)
    except PackageNotFoundError:
        return None


class Server:
    """One server, on a port of its own, with what it writes in a directory of its own."""

    def __init__(self, name, version, command, write=None, behind=None):
        self.name, self.version, self.command, self.write, self.behind = name, version, command, write, behind
        self.processes = []

    def prepare(self, directory, apps, environment):
        self.directory = os.path.join(directory, re.sub(r"\W+", "-", self.name))
        os.makedirs(self.directory, mode=0o755)
        self.received = os.path.join(self.directory, "received")
        self.port, self.inner = free_port(), free_port()
        self.apps = apps
        self.environment = {
            **os.environ, **environment, "RECEIVED": self.received, "PORT": str(self.port), "PYTHONPATH": apps,
            "NODE_PATH": NODE_MODULES, "XDG_DATA_HOME": self.directory, "XDG_CONFIG_HOME": self.directory,
        }
        self.forget()
        if self.write:
            path, text = self.write(self)
            with open(os.path.join(self.directory, path), "w") as file:
                file.write(text)

    def forget(self):
        """What was received is forgotten; some servers give up root before they write."""
        with open(self.received, "w"):
            os.chmod(self.received, 0o666)
        os.chmod(self.directory, 0o777)

    def launch(self):
        if self.behind and not self.processes:
            self.processes.append(self.spawn(self.behind(self), {"PORT": str(self.inner)}))
        self.processes.append(self.spawn(self.command(self), {}))

    def spawn(self, command, environment):
        with open(os.path.join(self.directory, "output"), "ab") as output:
            return subprocess.Popen(
                command, cwd=self.apps, env={**self.environment, **environment}, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True)

    def wait(self):
        """Until it takes connections; says when that was."""
        deadline = time.monotonic() + 600
        while True:
            try:
                for port in [self.port] + ([self.inner] if self.behind else []):
                    socket.create_connection(("127.0.0.1", port), 1).close()
                return time.time()
            except OSError:
                if time.monotonic() > deadline or self.processes[-1].poll() is not None:
                    with open(os.path.join(self.directory, "output")) as output:
                        raise RuntimeError(f"{self.name} did not start:\n{output.read()[-2000:]}") from None
                time.sleep(0.05)

    def stop(self, everything=True):
        """The server, and what is behind it; only itself for a restart."""
        ending, self.processes = (self.processes, []) if everything else (self.processes[-1:], self.processes[:-1])
        for process in ending:
            # A session of its own: the signal reaches what it has started, and nothing else.
            os.killpg(process.pid, signal.SIGTERM)
        for process in ending:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/"


def gunicorn(*options, app="wsgi:app"):
    return lambda server: [
        f"{BIN}/gunicorn", "--bind", f"127.0.0.1:{server.port}", "--log-level", "warning", *options, app]


def node(app):
    return lambda server: [shutil.which("node") or "node", f"{server.apps}/{app}"]


def nginx_text(server):
    temporary = "".join(
        f"  {kind}_temp_path {server.directory}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.geteuid() == 0 else ""
    return "nginx.conf", (
        f"{user}daemon off;\npid {server.directory}/pid;\nerror_log {server.directory}/error.log;\nevents {{}}\n"
        f"http {{\n{temporary}  access_log off;\n  client_max_body_size {server.environment['LARGEST_BODY']};\n"
        f"  server {{\n    listen 127.0.0.1:{server.port};\n"
        f"    location / {{ proxy_pass http://127.0.0.1:{server.inner}; }}\n  }}\n}}\n")


def apache_text(server):
    php = next((name for name in sorted(os.listdir(PHP_MODULES)) if name.startswith("libphp")), "libphp.so")
    modules = "".join(
        f"LoadModule {name}_module {PHP_MODULES}/{file}\n"
        for name, file in [
            ("mpm_prefork", "mod_mpm_prefork.so"), ("authz_core", "mod_authz_core.so"), ("dir", "mod_dir.so"),
            ("env", "mod_env.so"), ("php", php)])
    user = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
    return "apache.conf", (
        f"{modules}{user}ServerName localhost\nServerRoot {server.directory}\nPidFile {server.directory}/pid\n"
        f"ErrorLog {server.directory}/error.log\nListen 127.0.0.1:{server.port}\nDocumentRoot {server.apps}\n"
        "PassEnv WEBHOOK_SECRET RECEIVED LARGEST_BODY\nDirectoryIndex index.php\n"
        # Large bodies go through files, and the folder of whoever runs this is not Apache's.
        f"php_admin_value sys_temp_dir {server.directory}\n"
        "<FilesMatch \\.php$>\n  SetHandler application/x-httpd-php\n</FilesMatch>\n")


def caddy_text(server):
    """Gives connections to Node up before Node does: else it answers 502 itself, now and then, to a POST that met the end."""
    return "Caddyfile", (
        "{\n  admin off\n  auto_https off\n}\n"
        f"http://127.0.0.1:{server.port} {{\n  reverse_proxy 127.0.0.1:{server.inner} {{\n"
        "    transport http {\n      keepalive 3s\n    }\n  }\n}\n")


def haproxy_text(server):
    return "haproxy.cfg", (
        "defaults\n  mode http\n  timeout connect 5s\n  timeout client 50s\n  timeout server 50s\n"
        f"frontend receivers\n  bind 127.0.0.1:{server.port}\n  default_backend node\n"
        f"backend node\n  server node 127.0.0.1:{server.inner}\n")


def tomcat_text(server):
    """A base of its own with the one JSP; the connector is that of the package."""
    for folder in ("conf", "temp", "work", "webapps/ROOT"):
        os.makedirs(os.path.join(server.directory, folder), exist_ok=True)
    shutil.copy(f"{TOMCAT}/etc/web.xml", f"{server.directory}/conf/web.xml")
    shutil.copy(f"{server.apps}/index.jsp", f"{server.directory}/webapps/ROOT/index.jsp")
    return "conf/server.xml", (
        '<Server port="-1">\n  <Service name="Catalina">\n'
        f'    <Connector address="127.0.0.1" port="{server.port}" protocol="HTTP/1.1" connectionTimeout="20000"/>\n'
        '    <Engine name="Catalina" defaultHost="localhost">\n'
        '      <Host name="localhost" appBase="webapps" unpackWARs="false" autoDeploy="false"/>\n'
        "    </Engine>\n  </Service>\n</Server>\n")


def tomcat(server):
    base = {"CATALINA_HOME": TOMCAT, "CATALINA_BASE": server.directory, "CATALINA_OPTS": "-Xmx128m"}
    return ["env", *(f"{name}={value}" for name, value in base.items()), f"{TOMCAT}/bin/catalina.sh", "run"]


def file(name):
    return lambda server: os.path.join(server.directory, name)


def servers():
    """All that this machine has."""
    all = [
        Server("gunicorn sync", package("gunicorn"), gunicorn("--workers", "2")),
        Server("gunicorn gthread", package("gunicorn"), gunicorn("--worker-class", "gthread", "--threads", "4")),
        Server(
            "gunicorn uvicorn worker", package("gunicorn", "uvicorn", "uvicorn-worker"),
            gunicorn("--worker-class", "uvicorn_worker.UvicornWorker", app="asgi:app")),
        Server(
            "uvicorn", package("uvicorn"),
            lambda s: [f"{BIN}/uvicorn", "--port", str(s.port), "--log-level", "warning", "asgi:app"]),
        Server(
            "hypercorn", package("hypercorn"),
            lambda s: [f"{BIN}/hypercorn", "--bind", f"127.0.0.1:{s.port}", "asgi:app"]),
        Server(
            "waitress", package("waitress"),
            lambda s: [f"{BIN}/waitress-serve", f"--listen=127.0.0.1:{s.port}", "wsgi:app"]),
        Server("aiohttp", package("aiohttp"), lambda s: [PYTHON, f"{s.apps}/aiohttp_app.py"]),
        Server("Flask (Werkzeug)", package("werkzeug"), lambda s: [PYTHON, f"{s.apps}/flask_app.py"]),
        Server("Django runserver", package("django"), lambda s: [PYTHON, f"{s.apps}/django_app.py"]),
        Server("http.server", sys.version.split()[0], lambda s: [PYTHON, f"{s.apps}/http_server.py"]),
        Server("Node http", said("node", "--version"), node("node_http.mjs")),
        Server("Express", express_version(), node("express_app.mjs")),
        Server(
            "nginx", said("nginx", "-v"), lambda s: ["nginx", "-c", file("nginx.conf")(s)], nginx_text,
            node("node_http.mjs")),
        Server(
            "Apache, mod_php", said("apache2", "-v"),
            lambda s: ["apache2", "-D", "FOREGROUND", "-f", file("apache.conf")(s)], apache_text),
        Server("php -S", said("php", "-v"), lambda s: ["php", "-S", f"127.0.0.1:{s.port}", "-t", s.apps]),
        Server(
            "Caddy", said("caddy", "version"),
            lambda s: ["caddy", "run", "--adapter", "caddyfile", "--config", file("Caddyfile")(s)], caddy_text,
            node("node_http.mjs")),
        Server(
            "HAProxy", said("haproxy", "-v"), lambda s: ["haproxy", "-db", "-f", file("haproxy.cfg")(s)],
            haproxy_text, node("node_http.mjs")),
        Server(
            "Puma", said("puma", "--version"),
            lambda s: ["puma", "--quiet", "--bind", f"tcp://127.0.0.1:{s.port}", f"{s.apps}/config.ru"]),
        Server(
            "Starman", said("perl", "-MStarman", "-e", "print $Starman::VERSION"),
            lambda s: ["starman", "--listen", f"127.0.0.1:{s.port}", f"{s.apps}/app.psgi"]),
        Server("Tomcat", tomcat_version(), tomcat, tomcat_text),
    ]
    return [server for server in all if server.version]


def express_version():
    path = f"{NODE_MODULES}/express/package.json"
    return said("grep", '"version"', path) if os.path.exists(path) and shutil.which("node") else None


def tomcat_version():
    return said("env", f"CATALINA_HOME={TOMCAT}", "sh", "-c", "$CATALINA_HOME/bin/version.sh | grep 'Server number'")
