"""Flask before its own development server."""
import os

from flask import Flask, request
from receiving import take

app = Flask(__name__)


@app.post("/")
def receive():
    return "", take({name.lower(): value for name, value in request.headers.items()}, request.get_data())


if __name__ == "__main__":
    app.run("127.0.0.1", int(os.environ["PORT"]), threaded=True)
