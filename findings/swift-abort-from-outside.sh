#!/usr/bin/env bash
# Swift 6.3.1 on Linux, with the toolchain's swift-backtrace beside it: a SIGABRT that comes from another process ends a
# Swift program only the second time. Guessed: it prints a backtrace and ends. It prints the backtrace, says that the
# program has crashed, and goes on. systemd's watchdog sends just this signal; SIGKILL after TimeoutAbortSec= is then what
# ends the service. With SWIFT_BACKTRACE=enable=no the first SIGABRT ends it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
swift --version 2>/dev/null | grep -q 'Swift version 6\.3\.1 ' || { echo "this is about Swift 6.3.1"; exit 1; }
cat >"$work/alive.swift" <<'SWIFT'
import Foundation

setvbuf(stdout, nil, _IOLBF, 0)
for second in 0..<60 {
    print("alive \(second)")
    sleep(1)
}
SWIFT
swiftc -o "$work/alive" "$work/alive.swift"

# Sends it a SIGABRT, and prints whether it goes on until a second one.
played() {
    env "SWIFT_BACKTRACE=$1" "$work/alive" >"$work/out" 2>"$work/err" &
    local pid=$! lines status
    until grep -q alive "$work/out"; do sleep 0.1; done
    kill -ABRT "$pid"
    # The backtrace is done when it has ended, or is alive afterwards.
    for _ in $(seq 300); do
        kill -0 "$pid" 2>/dev/null || break
        if grep -q 'Program crashed' "$work/err"; then
            lines=$(wc -l <"$work/out")
            sleep 3
            [ "$(wc -l <"$work/out")" -eq "$lines" ] || break
        fi
        sleep 0.1
    done
    if kill -0 "$pid" 2>/dev/null; then
        echo "SWIFT_BACKTRACE=$1: alive after the first SIGABRT"
        kill -ABRT "$pid"
    fi
    status=0
    wait "$pid" 2>/dev/null || status=$?
    echo "SWIFT_BACKTRACE=$1: ended by signal $((status - 128))"
}
{
    played enable=yes,interactive=no,color=no
    played enable=no
} 2>/dev/null | tee "$work/told"
diff "$work/told" - <<'EXPECTED'
SWIFT_BACKTRACE=enable=yes,interactive=no,color=no: alive after the first SIGABRT
SWIFT_BACKTRACE=enable=yes,interactive=no,color=no: ended by signal 6
SWIFT_BACKTRACE=enable=no: ended by signal 6
EXPECTED
