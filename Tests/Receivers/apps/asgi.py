"""For servers that speak ASGI."""
from receiving import take


async def app(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError(f"{scope['type']} is not served")
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
    await send({"type": "http.response.start", "status": take(headers, body), "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
