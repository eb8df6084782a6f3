#!/usr/bin/env bash
# PgBouncer 1.18.0 before PostgreSQL 15.18, in transaction mode: a server connection of which the client has gone is still
# listed in pg_stat_activity under that client's application_name, for as long as the pool keeps it (server_idle_timeout, ten
# minutes by default). Who looks there for whether a program still runs takes one that has ended for one that runs.
# RECONNECT at PgBouncer's console ends it. In session mode the name is empty then, for DISCARD ALL resets it.
# The guess was: PgBouncer follows this name, as it says, and so it goes with the client in either mode.
set -euo pipefail
for package in postgresql-15=15.18-0+deb12u1 pgbouncer=1.18.0-1+deb12u1; do
    dpkg-query -W -f='${Package}=${Version}\n' "${package%%=*}" 2>/dev/null | grep -qx "$package" ||
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
done
work=$(mktemp -d)
as=()
if [ "$(id -u)" -eq 0 ]; then
    as=(runuser -u postgres --)
    chown postgres "$work"
fi
bin=/usr/lib/postgresql/15/bin
stop() {
    [ ! -s "$work/pooler.pid" ] || kill "$(cat "$work/pooler.pid")" || true
    "${as[@]}" "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
cd "$work"
"${as[@]}" "$bin/initdb" -D "$work/data" -U finder -A trust >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$work/data" -w -o "-k $work -c listen_addresses=''" -l "$work/server.log" start >/dev/null

# Asks again until it is so, a thousand times at most.
eventually() {
    for _ in $(seq 1000); do
        if "$@" 2>/dev/null; then return; fi
        sleep 0.02
    done
    echo "it never came to be: $*" >&2
    exit 1
}
answers() { psql -XAtqc 'SELECT 1' "$pooled application_name=first" >/dev/null; }
all_idle() { [ "$(listed)" = "$(listed | grep '|idle$')" ]; }
none_listed() { [ -z "$(listed)" ]; }
has_ended() { [ ! -e "$work/pooler.pid" ]; }
listed() {
    psql -XAtqc "SELECT application_name, state FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()" "host=$work user=finder dbname=postgres"
}
for mode in transaction session; do
    cat >"$work/pooler.ini" <<INI
[databases]
postgres = host=$work user=finder
[pgbouncer]
pool_mode = $mode
unix_socket_dir = $work
listen_port = 6432
auth_type = any
admin_users = finder
pidfile = $work/pooler.pid
logfile = $work/pooler.log
INI
    "${as[@]}" pgbouncer -q -d "$work/pooler.ini"
    pooled="host=$work port=6432 user=finder dbname=postgres"
    eventually answers
    psql -XAtqc 'SELECT 1' "$pooled application_name=second" >/dev/null
    # What is given back is reset before it is idle.
    eventually all_idle
    echo "$mode: after two clients have come and gone: $(listed)"
    echo "$mode: $(listed)" >>"$work/seen"
    psql -XAtqc RECONNECT "host=$work port=6432 user=finder dbname=pgbouncer"
    eventually none_listed
    kill "$(cat "$work/pooler.pid")"
    eventually has_ended
done
diff "$work/seen" - <<'SEEN'
transaction: second|idle
session: |idle
SEEN
