#!/usr/bin/env bash
# zstd 1.5.7 (backports.zstd 1.8.0): the id of a dictionary is made of its content alone, and not of the tables that its
# samples have trained. Two dictionaries of the same content, made with other samples, have one id and cannot read each
# other's frames, but for a few: the check that names a wrong dictionary by its id lets this one pass, and what is refused
# is called corrupt.
# So an id in a frame does not say which of two files made it: who keeps dictionaries names them by all of their bytes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check backports.zstd==1.8.0
"$work/venv/bin/python" - >"$work/told" <<'PYTHON'
import json
from importlib.metadata import version

from backports import zstd


def contact(number):
    return json.dumps({"CONTACT_ID": number, "FIRST_NAME": f"Ada{number}", "EMAIL": f"ada{number}@example.com"}).encode()


def order(number):
    return f"order {number}, ".encode() * 30 + json.dumps({"TOTAL": number * number}).encode()


def dictionary(content, samples):
    return zstd.finalize_dict(zstd.ZstdDict(content, is_raw=True), samples, 6000, 3)


contacts = [contact(number * 7) for number in range(300)]
content = b"".join(contacts[:40])
first = dictionary(content, contacts)
second = dictionary(content, [order(number) for number in range(300)])
other = dictionary(b"".join(contacts[40:80]), contacts)
print("backports.zstd", version("backports.zstd"), "zstd", zstd.zstd_version)
print("one content, other samples: the same id:", first.dict_id == second.dict_id)
print("the same bytes:", first.dict_content == second.dict_content)
print("other content: the same id:", first.dict_id == other.dict_id)
for name, reader in (("first", first), ("second", second), ("other", other)):
    refusals = []
    for record in contacts:
        frame = zstd.compress(record, 3, zstd_dict=first)
        try:
            assert zstd.decompress(frame, zstd_dict=reader) == record
        except zstd.ZstdError as error:
            refusals.append(str(error))
    mismatches = sum("mismatch" in words for words in refusals)
    share = "none" if not refusals else "all" if len(refusals) == len(contacts) else "most"
    print(f"frames of the first, read by the {name}: {share} refused, named a mismatch: {mismatches > 0}")
PYTHON
cat "$work/told"
diff - "$work/told" <<'EXPECTED'
backports.zstd 1.8.0 zstd 1.5.7
one content, other samples: the same id: True
the same bytes: False
other content: the same id: False
frames of the first, read by the first: none refused, named a mismatch: False
frames of the first, read by the second: most refused, named a mismatch: False
frames of the first, read by the other: all refused, named a mismatch: True
EXPECTED
