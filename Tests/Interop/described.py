"""A receiver that takes only what a document describes.

    described.py DOCUMENT

DOCUMENT is an OpenAPI document with webhooks, and is itself looked over first, by openapi-spec-validator. The first line
printed is where the receiver listens. The last member of a POST's path is the endpoint: together with the event's type it
names the webhook. Headers and body of each POST are checked against that, and so are copies of the body that are wrong
in one place each, which a description worth having refuses. A line follows for each POST: "valid ENDPOINT TYPE", with
"restored", "changes" or "replay" behind it where the event has that, or "invalid" and why.

The endpoint "folded" is answered 503 until something is POSTed to /open.
"""
import copy
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
OpenAPIV31SpecValidator(document).validate()
registry = Registry().with_resource("urn:document", Resource(document, DRAFT202012))
is_open = False


def say(line):
    """One write a line: several threads speak."""
    os.write(1, (line + "\n").encode())


def validator(*path):
    pointer = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return Draft202012Validator({"$ref": f"urn:document#/{pointer}"}, registry=registry)


def check_headers(given, webhook, name):
    known = set()
    for index, parameter in enumerate(document["webhooks"][name]["post"]["parameters"]):
        path = ("webhooks", name, "post", "parameters", index)
        if "$ref" in parameter:
            path = ("components", "parameters", parameter["$ref"].rsplit("/", 1)[-1])
            parameter = document["components"]["parameters"][path[-1]]
        header = parameter["name"].lower()
        known.add(header)
        if header in given:
            validator(*path, "schema").validate(given[header])
        else:
            assert not parameter.get("required"), f"{header} is missing"
    for header in given:
        assert header in known or not header.startswith(("webhook-", "elements-", "x-")), f"{header} is not described"


def places(value, path=()):
    """Where an envelope holds something; records and changes are Insightly's own."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield path + (name,)
        if name not in ("record", "changes") and not (path and path[-1] == "raw" and name not in ("events",)):
            yield from places(member, path + (name,))


def wrong_copies(body):
    """Each without one member, and with another kind of value in its place."""
    for path in places(body):
        for change in ("taken out", "replaced"):
            damaged = copy.deepcopy(body)
            holder = damaged
            for name in path[:-1]:
                holder = holder[name]
            if change == "replaced":
                holder[path[-1]] = {"another": "kind"}
            elif isinstance(holder, list):
                continue
            else:
                if path[-1] == "restored":
                    continue
                del holder[path[-1]]
            yield path, change, damaged


def take(endpoint, headers, body):
    event = json.loads(body)
    message = event.get("message")
    element = message["events"][0] if message else event["data"]
    type = event.get("type") or next(
        name.split("/", 1)[1] for name in document["webhooks"]
        if name.startswith(endpoint + "/") and name.endswith("." + element["eventType"].lower())
        and element["objectType"] == resource_of(name))
    name = f"{endpoint}/{type}"
    webhook = document["webhooks"][name]["post"]
    check_headers(headers, webhook, name)
    content = headers["content-type"]
    assert content in webhook["requestBody"]["content"], f"{content} is not described"
    schema = validator("webhooks", name, "post", "requestBody", "content", content, "schema")
    schema.validate(event)
    for path, change, damaged in wrong_copies(event):
        assert not schema.is_valid(damaged), f"{'.'.join(map(str, path))} {change} is let through"
    said = {"restored": element.get("restored"), "changes": element["changes"], "replay": headers.get("webhook-replay")}
    return " ".join([endpoint, type] + [word for word, value in said.items() if value])


def resource_of(name):
    """What the bodies of a webhook say their resource is."""
    (content,) = document["webhooks"][name]["post"]["requestBody"]["content"].values()
    schema = document["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[-1]]
    return schema["properties"]["message"]["properties"]["raw"]["properties"]["objectType"]["const"]


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        global is_open
        body = self.rfile.read(int(self.headers["Content-Length"]))
        endpoint = unquote(self.path.rsplit("/", 1)[-1])
        status = 204
        if endpoint == "open":
            is_open = True
        elif endpoint == "folded" and not is_open:
            status = 503
        else:
            try:
                say("valid " + take(endpoint, {name.lower(): value for name, value in self.headers.items()}, body))
            except Exception as error:
                say(f"invalid {endpoint} {type(error).__name__}: {error}".replace("\n", " ")[:2000])
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
say(f"http://127.0.0.1:{server.server_port}/")
server.serve_forever()
