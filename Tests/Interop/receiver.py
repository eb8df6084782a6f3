"""A receiver that trusts only the `standardwebhooks` package, written by the people behind the specification.

Prints where it listens, then a line for each request: "verified TYPE ID", or "refused" and why.
"""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError


def say(line):
    """One write a line: several threads speak."""
    os.write(1, (line + "\n").encode())


webhook = Webhook(os.environ["WEBHOOK_SECRET"])


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = webhook.verify(body, dict(self.headers))
            say(f"verified {event['type']} {event['data']['id']}")
            self.send_response(204)
        except WebhookVerificationError as error:
            say(f"refused {error}")
            self.send_response(401)
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
say(f"http://127.0.0.1:{server.server_port}/")
server.serve_forever()
