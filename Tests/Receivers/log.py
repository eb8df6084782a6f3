"""A small stand-in of the daemon's /v1/events, and what its events say."""
import hashlib
import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "token of the stand-in"


def id_of(sequence):
    return "evt_" + hashlib.sha256(str(sequence).encode()).hexdigest()[:32]


def event(sequence, of=None):
    """As the daemon writes one; the record holds what only careful code keeps. `of`: the number it had before."""
    of = of or sequence
    # Digits that are lost where a number is read and written again, and signs that end a text only by their look.
    record = (f'{{"CONTACT_ID":{of},"LAST_NAME":"Żółć 🦊\\n \\"}}]{{\\\\","LINKS":[{{"LINK_ID":1}}, {{}}],'
              '"CUSTOMFIELDS":[12345678901234567890123, 1.10, 1E+2, 0.1000000000000000055511, -0]}')
    return (f'{{"id":"{id_of(of)}","type":"contact.created","timestamp":"2026-11-23T19:04:05Z",'
            f'"data":{{"sequence":{sequence},"resource":"contacts","id":"{of}",'
            f'"detected_at":"2026-11-23T19:04:31.120Z","record":{record},"changes":null}}}}').encode()


def exact(body):
    """All that a JSON text says, each number by its digits and each object in its order."""
    return json.loads(body, parse_int=str, parse_float=str, object_pairs_hook=tuple)


class Log(ThreadingHTTPServer):
    """The daemon's log: pages of two events, of which some are gone, and some cannot be read any more."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Page)
        self.events, self.unreadable, self.last, self.asked, self.failures = {}, set(), 0, [], 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1/events"

    def add(self, *sequences):
        self.events |= {sequence: event(sequence) for sequence in sequences}
        self.last = max(self.last, *sequences)

    def answer(self, after, limit):
        """As the daemon answers."""
        rest = [number for number in sorted({*self.events, *self.unreadable}) if number > after]
        page = rest[:min(limit, 2)]
        next_after = page[-1] if len(page) < len(rest) else max(after, self.last)
        missing = [number for number in range(after + 1, next_after + 1) if number not in page]
        # Numbers that follow each other have the same distance to their places in the list.
        ranges = [[number for _, number in group] for _, group in
                  itertools.groupby(enumerate(missing), lambda pair: pair[1] - pair[0])]
        told = {"first_sequence": min(self.events), "has_more": next_after < self.last, "last_sequence": self.last,
                "missing": [{"from": part[0], "to": part[-1]} for part in ranges], "next_after": next_after,
                "unreadable": [number for number in page if number in self.unreadable]}
        bodies = b",".join(self.events[number] for number in page if number in self.events)
        return b'{"events":[' + bodies + b"]," + json.dumps(told).encode()[1:]

    def handle_error(self, *_):
        """A receiver that is killed while it asks is no news."""


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        log, query = self.server, parse_qs(urlsplit(self.path).query)
        after, limit = int(query["after"][0]), int(query["limit"][0])
        status, body = 200, b""
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            status = 401
        elif log.failures:
            log.failures -= 1
            status = 503
        else:
            body = log.answer(after, limit)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        log.asked.append((after, status))
        self.wfile.write(body)

    def log_message(self, *_):
        pass
