#!/usr/bin/env bash
# webhook 2.8.0 (github.com/adnanh/webhook, Debian's 2.8.0-4+b6) answers 200 to a request that its rule refuses, and 200
# where the command fails, unless the hook says otherwise. `entire-payload` is JSON written anew.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
pid=""
(cd "$work" && apt-get download -qq webhook=2.8.0-4+b6 2>/dev/null && dpkg -x webhook_*.deb .)
printf '#!/bin/sh\ncp "$EVENT" "$OUT"\nexit 1\n' >"$work/take"
chmod +x "$work/take"
rule='"trigger-rule": {"match": {"type": "value", "value": "x", "parameter": {"source": "header", "name": "X-Token"}}}'
hook() { # name, source, what else
    printf '{"id": "%s", %s, "execute-command": "%s/take", "pass-file-to-command": [{"source": "%s", "envname": "EVENT"}]%s}' \
        "$1" "$rule" "$work" "$2" "$3"
}
said='"trigger-rule-mismatch-http-response-code": 401, "include-command-output-in-response": true'
echo "[$(hook plain raw-request-body ""), $(hook told raw-request-body ", $said"), $(hook anew entire-payload ", $said")]" \
    >"$work/hooks.json"
port=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
OUT="$work/event" "$work/usr/bin/webhook" -verbose -hooks "$work/hooks.json" -ip 127.0.0.1 -port "$port" >"$work/log" 2>&1 &
pid=$!
until grep -q "serving hooks on" "$work/log"; do
    kill -0 "$pid" || { cat "$work/log"; exit 1; }
    sleep 0.1
done
post() { # hook, token
    python3 - "http://127.0.0.1:$port/hooks/$1" "$2" <<'PYTHON'
import sys, urllib.error, urllib.request
headers = {"Content-Type": "application/json", "X-Token": sys.argv[2]}
try:
    print(urllib.request.urlopen(urllib.request.Request(sys.argv[1], b'{"PRICE": 1.10, "NAME": "<"}', headers)).status)
except urllib.error.HTTPError as error:
    print(error.code)
PYTHON
}
{
    "$work/usr/bin/webhook" -version
    echo "refused by the rule: $(post plain y); with a code of its own: $(post told y)"
    echo "the command fails: $(post plain x); where its output is waited for: $(post told x)"
    echo "raw-request-body: $(cat "$work/event")"
    post anew x >/dev/null
    echo "entire-payload: $(cat "$work/event")"
} >"$work/told"
cat "$work/told"
diff "$work/told" - <<'EXPECTED'
webhook version 2.8.0
refused by the rule: 200; with a code of its own: 401
the command fails: 200; where its output is waited for: 500
raw-request-body: {"PRICE": 1.10, "NAME": "<"}
entire-payload: {"NAME":"\u003c","PRICE":1.10}
EXPECTED
