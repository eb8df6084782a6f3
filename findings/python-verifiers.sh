#!/usr/bin/env bash
# What Python's verifiers raise and return, each otherwise than a caller guesses. PyNaCl 1.5.0: BadSignatureError is no
# ValueError. standardwebhooks 1.1.0: a signature entry without a comma is a ValueError, not a WebhookVerificationError.
# svix 2.9.1: verify() returns nothing, where standardwebhooks returns the event.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check PyNaCl==1.5.0 standardwebhooks==1.1.0 svix==2.9.1
"$work/venv/bin/python" - >"$work/told" <<'PYTHON'
import base64, datetime
from importlib.metadata import version

import nacl.signing
import standardwebhooks
import svix.webhooks


def name(act):
    try:
        return f"returns {act()!r}"
    except Exception as error:
        return f"raises {type(error).__name__}, a ValueError: {isinstance(error, ValueError)}"


key = nacl.signing.SigningKey.generate()
other = nacl.signing.SigningKey.generate()
print("PyNaCl", version("PyNaCl"), name(lambda: key.verify_key.verify(b"event", other.sign(b"event").signature)))
secret = base64.b64encode(b"a secret of thirty-two bytes ...").decode()
for package in (standardwebhooks, svix.webhooks):
    webhook = package.Webhook(secret)
    now = datetime.datetime.now(tz=datetime.timezone.utc)
    headers = {"webhook-id": "evt_1", "webhook-timestamp": str(int(now.timestamp()))}
    signature = webhook.sign("evt_1", now, '{"id": "evt_1"}')
    for title, value in (("genuine", signature), ("no comma", "v1")):
        told = name(lambda: webhook.verify('{"id": "evt_1"}', {**headers, "webhook-signature": value}))
        distribution = package.__name__.split(".")[0]
        print(distribution, version(distribution), title, told)
PYTHON
cat "$work/told"
diff "$work/told" - <<'EXPECTED'
PyNaCl 1.5.0 raises BadSignatureError, a ValueError: False
standardwebhooks 1.1.0 genuine returns {'id': 'evt_1'}
standardwebhooks 1.1.0 no comma raises ValueError, a ValueError: True
svix 2.9.1 genuine returns None
svix 2.9.1 no comma raises ValueError, a ValueError: True
EXPECTED
