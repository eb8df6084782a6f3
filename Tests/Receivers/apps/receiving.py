"""What the receivers in Python have in common: each event is verified by the package of Standard Webhooks, and its id,
record and number written down before it is answered.
"""
import os

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
log = os.open(os.environ["RECEIVED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
largest = int(os.environ["LARGEST_BODY"])


def take(headers, body):
    """The status to answer with."""
    if len(body) > largest:
        return 413
    try:
        data = webhook.verify(body, headers)["data"]
    except (WebhookVerificationError, ValueError):
        os.write(log, b"forged\n")
        return 401
    os.write(log, f"{headers['webhook-id']} {data['resource']}/{data['id']} {data['sequence']}\n".encode())
    return 200
