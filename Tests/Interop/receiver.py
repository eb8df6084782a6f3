"""A receiver that trusts only code which other people wrote.

VERIFIER says whose: `standardwebhooks` (by the authors of the specification), `svix`, `cloudevents` (which parses the
body; its signature is checked by standardwebhooks), `ed25519` (PyNaCl, for signatures of the scheme v1a), or `elements`
(Python's own hmac, as the documentation of the vendor's platform has it).

Prints where it listens, then a line for each request: "verified TYPE ID", or "refused" and why.
"""
import base64
import hashlib
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import nacl.signing
import standardwebhooks
import svix.webhooks
from cloudevents.v1.http import from_http


def say(line):
    """One write a line: several threads speak."""
    os.write(1, (line + "\n").encode())


secret = os.environ["WEBHOOK_SECRET"]


def by_standardwebhooks(headers, body):
    event = standardwebhooks.Webhook(secret).verify(body, headers)
    return event["type"], event["data"]["id"]


def by_svix(headers, body):
    svix.webhooks.Webhook(secret).verify(body, headers)
    event = json.loads(body)
    return event["type"], event["data"]["id"]


def by_cloudevents(headers, body):
    standardwebhooks.Webhook(secret).verify(body, headers)
    event = from_http(headers, body)
    for name in ("specversion", "id", "source", "type", "subject", "time", "sequence"):
        assert event[name], name
    assert event["id"] == headers["webhook-id"]
    assert int(event["sequence"]) == event.data["sequence"]
    return event["type"], event.data["id"]


def by_ed25519(headers, body):
    key = nacl.signing.VerifyKey(base64.b64decode(secret.removeprefix("whpk_")))
    content = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    scheme, signature = headers["webhook-signature"].split(",")
    assert scheme == "v1a"
    key.verify(content, base64.b64decode(signature))
    event = json.loads(body)
    return event["type"], event["data"]["id"]


def by_elements(headers, body):
    code = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    assert headers["elements-webhook-signature"] == "sha256=" + code
    assert headers["elements-webhook-id"]
    message = json.loads(body)["message"]
    assert len(message["events"]) <= 10
    event = message["events"][0]
    record = message["raw"][message["raw"]["objectType"]][0]
    assert str(record[next(name for name in record if name.endswith("_ID"))]) == event["objectId"]
    return event["objectType"] + "." + event["eventType"], event["objectId"]


verify = globals()["by_" + os.environ.get("VERIFIER", "standardwebhooks")]


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            type, id = verify({name.lower(): value for name, value in self.headers.items()}, body)
            say(f"verified {type} {id}")
            self.send_response(204)
        except Exception as error:
            say(f"refused {error!r}")
            self.send_response(401)
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
say(f"http://127.0.0.1:{server.server_port}/")
server.serve_forever()
