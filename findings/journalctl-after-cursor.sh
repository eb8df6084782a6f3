#!/usr/bin/env bash
# systemd 252 (Debian 12): `journalctl --after-cursor` beside a match (-u, -p or FIELD=VALUE) leaves a line out that comes
# after the cursor, where the entry of the cursor itself does not match. Where it does, all that comes after it is shown.
# So whoever notes a cursor of the whole journal, and goes on from there for one service, loses the first line of each
# turn. (Guessed before: what is after the cursor and matches is shown.)
#
# Seen: five entries, of the services a and b in turn. After the first (a), lines of b begin with its second.
#
# Noting the time instead (--since=@SECONDS.MICROSECONDS), or a cursor of the same match, loses none.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=252.39-1~deb12u2
apt-get download "systemd-journal-remote=$version" "systemd=$version" "libsystemd-shared=$version" libmicrohttpd12 \
    >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/usr/lib/x86_64-linux-gnu/systemd"
LD_LIBRARY_PATH="$LD_LIBRARY_PATH:$work/root/lib/x86_64-linux-gnu/systemd"
export LD_LIBRARY_PATH
number=0
for unit in a b a b a; do
    number=$((number + 1))
    printf '__REALTIME_TIMESTAMP=17000000000000%02d\n__MONOTONIC_TIMESTAMP=10000%02d\n' "$number" "$number"
    printf '_BOOT_ID=5a3f0c9e0d1b4c0fa8a1b2c3d4e5f601\n_MACHINE_ID=5a3f0c9e0d1b4c0fa8a1b2c3d4e5f602\n'
    printf '_SYSTEMD_UNIT=%s.service\nMESSAGE=%s%d\n\n' "$unit" "$unit" "$number"
done >entries
root/lib/systemd/systemd-journal-remote --output="$work/some.journal" entries >/dev/null 2>&1
journal() { root/bin/journalctl --file "$work/some.journal" --quiet "$@"; }
journal --version | head -n 1
mapfile -t cursors < <(journal -o json | python3 -c 'import json, sys
for line in sys.stdin: print(json.loads(line)["__CURSOR"])')
[ "${#cursors[@]}" -eq 5 ] || { echo "the journal has ${#cursors[@]} entries, and not 5"; exit 1; }
seen=""
for unit in a b; do
    for after in 1 2 3; do
        shown=$(journal --after-cursor "${cursors[after - 1]}" -o cat "_SYSTEMD_UNIT=$unit.service" | tr '\n' ' ')
        echo "after entry $after, of service $unit: $shown"
        seen="$seen$unit$after:${shown% };"
    done
done
expected="a1:a3 a5;a2:a5;a3:a5;b1:b4;b2:b4;b3:;"
[ "$seen" = "$expected" ] || { echo "it is another behaviour now: $seen"; exit 1; }
