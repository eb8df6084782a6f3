"""For servers that speak WSGI."""
from receiving import take

REASONS = {200: "200 OK", 401: "401 Unauthorized", 413: "413 Content Too Large"}


def app(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    headers = {name[5:].lower().replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    start_response(REASONS[take(headers, body)], [("Content-Length", "0")])
    return [b""]
