"""Asks a daemon's admin server everything that its document offers, and holds each answer against the document.

    asked.py BASE TOKEN

BASE is such as http://127.0.0.1:9464, TOKEN that of admin.token. The document at /v1/openapi.json is looked over first, by
openapi-spec-validator. A line follows for each answer that is as described: "GET /v1/status 200". One that is not ends the
script with why, and so does an operation that nobody asked for.
"""
import json
import sys
import urllib.error
import urllib.request

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

base, token = sys.argv[1:]


def fetch(method, target, body=None, shown=token):
    request = urllib.request.Request(base + target, method=method)
    if shown:
        request.add_header("Authorization", "Bearer " + shown)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers.get_content_type(), answer.read()


document = json.loads(fetch("GET", "/v1/openapi.json", shown=None)[2])
OpenAPIV31SpecValidator(document).validate()
registry = Registry().with_resource("urn:document", Resource(document, DRAFT202012))
left = {(method.upper(), path) for path, item in document["paths"].items() for method in item}


def check(method, path, answer):
    status, type, body = answer
    responses = document["paths"][path][method.lower()]["responses"]
    described = str(status) if str(status) in responses else "default"
    content = responses[described]["content"]
    if type not in content:
        sys.exit(f"{method} {path} {status}: {type} is not described, {', '.join(content)} is")
    pointer = "/".join(
        part.replace("~", "~0").replace("/", "~1")
        for part in ["paths", path, method.lower(), "responses", described, "content", type, "schema"])
    value = json.loads(body) if type.endswith("json") else body.decode()
    for error in Draft202012Validator({"$ref": f"urn:document#/{pointer}"}, registry=registry).iter_errors(value):
        sys.exit(f"{method} {path} {status}: {error.json_path}: {error.message}")
    left.discard((method, path))
    print(f"{method} {path} {status}", flush=True)
    return value


def ask(method, path, target=None, body=None, status=(200,), shown=token):
    answer = fetch(method, target or path, body, shown)
    if answer[0] not in status:
        sys.exit(f"{method} {target or path}: answered {answer[0]}: {answer[2][:300]}")
    return check(method, path, answer)


ask("GET", "/healthz", shown=None)
ask("GET", "/readyz")
ask("GET", "/metrics")
ask("GET", "/v1/openapi.json", shown=None)
ask("GET", "/v1/status")
ask("GET", "/v1/accounts")
ask("GET", "/v1/usage")
events = ask("GET", "/v1/events", "/v1/events?after=0&limit=1000")["events"]
if [event["data"]["sequence"] for event in events] != list(range(1, len(events) + 1)) or not events:
    sys.exit("the log has a gap, or nothing")
ask("GET", "/v1/events", "/v1/events?latest=3")
ask("GET", "/v1/events/{event}", "/v1/events/" + events[0]["id"])
deliveries = ask("GET", "/v1/deliveries", "/v1/deliveries?state=dead")["deliveries"]
if not deliveries:
    sys.exit("there is no dead letter")
ask("GET", "/v1/deliveries/{delivery}", f"/v1/deliveries/{deliveries[0]['delivery']}")
ask("POST", "/v1/replay", body={"ids": [deliveries[0]["event"]], "dead": True}, status=(202,))
ask("POST", "/v1/replay", body={"all": True, "dry_run": True})
ask("POST", "/v1/poll", body={"resource": "contacts"}, status=(202,))
ask("POST", "/v1/resume", body={"api": True}, status=(202,))
ask("POST", "/v1/release", body={"resource": "contacts"})
ask("POST", "/v1/dismiss", body={"resource": "contacts"})
ask("POST", "/v1/give-up", body={"endpoint": "default"}, status=(200, 202))
for method, path, target, body, status in [
    ("GET", "/v1/events", "/v1/events?after=x", None, 400),
    ("GET", "/v1/events/{event}", "/v1/events/evt_none", None, 404),
    ("POST", "/v1/replay", "/v1/replay", {}, 400),
    ("POST", "/v1/poll", "/v1/poll", {"resource": "nothing"}, 404),
]:
    ask(method, path, target, body, status=(status,))
for shown in (None, token + "x"):
    ask("GET", "/v1/status", status=(401,), shown=shown)
if left:
    sys.exit("nobody asked for " + ", ".join(" ".join(operation) for operation in sorted(left)))
print("all as described")
