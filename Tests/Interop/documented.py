"""Serves a receiver that the documentation shows, as it stands there, on a free port of loopback.

    documented.py http.server|Flask|Django|FastAPI FILE
    documented.py webhook FILE PROGRAM
    documented.py program FILE COMMAND...

FILE holds the code, or the hooks that PROGRAM shall serve; COMMAND serves it on the port that it is told as {port} and
by the environment. The first line printed is where the receiver listens; what follows, the receiver prints itself.
"""
import builtins
import http.server
import os
import re
import socket
import sys
import time

from ports import free_port

framework, path = sys.argv[1:3]
with open(path, encoding="utf-8") as file:
    code = file.read() if framework != "program" else ""
# What stands beside it.
sys.path.insert(0, os.path.dirname(path))


def tell(*words, **_):
    """One write a line: several threads speak. There is nothing to flush."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def say_when_served(port):
    """By a child, for the program that serves keeps the id that the test knows."""
    program = os.getpid()
    if os.fork() > 0:
        return
    while os.getppid() == program:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            say(port)
            break
        except OSError:
            time.sleep(0.02)
    os._exit(0)


def say(port):
    tell(f"http://127.0.0.1:{port}/")


builtins.print = tell


def module(text, name="receiver"):
    """Runs the code as a module of this name, for others to import from."""
    module = type(sys)(name)
    sys.modules[name] = module
    exec(compile(text, path, "exec"), module.__dict__)
    return module


def serve_wsgi(app):
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    say(server.server_port)
    server.serve_forever()


if framework == "http.server":
    server = http.server.ThreadingHTTPServer

    class OnAnyPort(server):
        def __init__(self, address, handler):
            super().__init__((address[0], 0), handler)
            say(self.server_port)

    http.server.ThreadingHTTPServer = OnAnyPort
    module(code)
elif framework == "Flask":
    serve_wsgi(module(code).app)
elif framework == "FastAPI":
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    say(listening.getsockname()[1])
    uvicorn.Server(uvicorn.Config(module(code).app, log_level="warning")).run(sockets=[listening])
elif framework == "Django":
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    parts = dict(re.findall(r"^# (\w+)\.py\n(.*?)(?=^# \w+\.py\n|\Z)", code, re.MULTILINE | re.DOTALL))
    own = {name: value for name, value in vars(module(parts["settings"], "own_settings")).items() if name.isupper()}
    # As `django-admin startproject` writes them, as far as they concern requests.
    settings.configure(
        SECRET_KEY="x", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF="urls",
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ], **own)
    app = get_wsgi_application()
    module(parts["views"], "views")
    module(parts["urls"], "urls")
    serve_wsgi(app)
elif framework == "webhook":
    port = free_port()
    say(port)
    program = sys.argv[3]
    os.execv(program, [program, "-verbose", "-hooks", path, "-ip", "127.0.0.1", "-port", str(port)])
elif framework == "program":
    port = free_port()
    say_when_served(port)
    os.environ["PORT"] = str(port)
    command = [word.replace("{port}", str(port)) for word in sys.argv[3:]]
    os.execvp(command[0], command)
else:
    sys.exit(f"{framework} is not known")
