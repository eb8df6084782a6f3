# Insightly as the measurements meet it: contacts that were made before, served by a process of its own. Arguments: a file
# of contacts, one a line, and how many of them.
#
# `GET /walks/N` lets the next N walks through the search see every contact, whatever time they ask for; after them a
# search finds nothing. `GET /walks` says how many were walked to the end and worked on: something else was asked since.

import asyncio
import itertools
import sys
from email.utils import formatdate
from urllib.parse import parse_qsl, urlsplit

import uvloop

INSTANCE = b'{"INSTANCE_NAME":"Measured","INSTANCE_SUBDOMAIN":"measured","PLAN_NAME":"Enterprise"}'
LIMIT = 10_000_000


class Instance:
    def __init__(self, contacts):
        self.contacts = contacts
        self.by_id = {str(number): contact for number, contact in contacts}
        self.open_walks = 0
        self.finished_walks = 0
        self.at_end = False
        self.requests = 0

    def answer(self, target):
        url = urlsplit(target)
        parts = url.path.strip("/").split("/")
        if parts[0] == "walks":
            self.open_walks += int(parts[1]) if len(parts) > 1 else 0
            return 200, str(self.finished_walks).encode(), None
        self.requests += 1
        if self.at_end:
            self.at_end = False
            self.finished_walks += 1
        query = {name.lower(): value for name, value in parse_qsl(url.query)}
        match [part.lower() for part in parts[1:]]:
            case ["instance"]:
                return 200, INSTANCE, None
            case ["contacts"]:
                return 200, *self.page(self.contacts, query)
            case ["contacts", "search"]:
                return 200, *self.search(query)
            case ["contacts", number] if number in self.by_id:
                return 200, self.by_id[number], None
        return 404, b'{"Message":"No HTTP resource was found."}', None

    def search(self, query):
        if self.open_walks == 0:
            return self.page([], query)
        page, total = self.page(self.contacts, query)
        if int(query.get("skip", 0)) + self.top(query) > len(self.contacts):
            self.open_walks -= 1
            self.at_end = True
        return page, total

    @staticmethod
    def top(query):
        return min(int(query.get("top", 100)), 500)

    def page(self, contacts, query):
        skip = int(query.get("skip", 0))
        page = b",".join(contact for _, contact in contacts[skip : skip + self.top(query)])
        counts = query.get("count_total", "").lower() == "true"
        return b"[" + page + b"]", len(contacts) if counts else None


class Connection(asyncio.Protocol):
    def __init__(self, instance):
        self.instance = instance
        self.received = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, _, self.received = self.received.partition(b"\r\n\r\n")
            status, body, total = self.instance.answer(head.split(b" ", 2)[1].decode())
            headers = (
                f"HTTP/1.1 {status} So\r\nContent-Type: application/json; charset=utf-8\r\n"
                f"Content-Length: {len(body)}\r\nDate: {formatdate(usegmt=True)}\r\nX-RateLimit-Limit: {LIMIT}\r\n"
                f"X-RateLimit-Remaining: {LIMIT - self.instance.requests}\r\n"
            )
            if total is not None:
                headers += f"X-Total-Count: {total}\r\n"
            self.transport.write(headers.encode() + b"\r\n" + body)


async def main():
    path, count = sys.argv[1], int(sys.argv[2])
    with open(path, "rb") as lines:
        contacts = [line.rstrip(b"\n") for line in itertools.islice(lines, count)]
    # Each begins with its id.
    instance = Instance([(int(line[len(b'{"CONTACT_ID":') : line.index(b",")]), line) for line in contacts])
    server = await asyncio.get_running_loop().create_server(lambda: Connection(instance), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


uvloop.run(main())
