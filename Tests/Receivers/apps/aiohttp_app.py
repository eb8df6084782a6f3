"""aiohttp with its own server and its own limit of bodies."""
import os

from aiohttp import web
from receiving import largest, take


async def receive(request):
    body = await request.read()
    return web.Response(status=take({name.lower(): value for name, value in request.headers.items()}, body))


app = web.Application(client_max_size=largest)
app.router.add_post("/", receive)
web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), print=None)
