"""Python's http.server, as it answers by itself: HTTP/1.0, and no length of the answer."""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from receiving import take


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(take({name.lower(): value for name, value in self.headers.items()}, body))
        self.end_headers()

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver).serve_forever()
