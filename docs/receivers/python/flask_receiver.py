"""A receiver with Flask: pip install flask; flask --app flask_receiver run --port 8080

WEBHOOK_SECRET, INBOX, EVENTS_URL and EVENTS_TOKEN in the environment: inbox.py says what they are.
"""
from flask import Flask, request

from inbox import Inbox

app = Flask(__name__)
inbox = Inbox()


@app.post("/insightly")
def receive():
    return "", inbox.take(request.headers, request.get_data())
