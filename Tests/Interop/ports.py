"""Ports of loopback for servers that have to be told one."""
import random
import socket


def free_port():
    """One that the system gives to nobody else while the server is away: below those it takes for itself."""
    while True:
        port = random.randrange(20_000, 32_000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return port
        except OSError:
            continue
