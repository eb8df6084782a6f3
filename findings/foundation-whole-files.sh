#!/usr/bin/env bash
# Foundation of Swift 6.3.1 on Linux: Data(contentsOf:), String(contentsOfFile:) and FileManager.contents(atPath:) take the
# first piece of a file that has no size for all of it, without an error, and fail on a pipe. FileHandle reads both whole.
# Guessed: whole or an error for each of them, for `cat` and FileHandle have no trouble. Seen: 75 of 408 lines of
# /proc/locks (4 KiB), and nothing of a pipe. Whoever reads a list of the kernel, or a configuration from <(…), loses it.
set -euo pipefail
swift --version 2>&1 | grep -q 'Swift version 6\.3\.1' || { echo "this is about Swift 6.3.1"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/read.swift" <<'SWIFT'
import Foundation
let path = CommandLine.arguments[2]
let bytes: Data? =
    switch CommandLine.arguments[1] {
    case "Data": try? Data(contentsOf: URL(fileURLWithPath: path))
    case "String": (try? String(contentsOfFile: path, encoding: .utf8)).map { Data($0.utf8) }
    case "FileManager": FileManager.default.contents(atPath: path)
    default: try? FileHandle(forReadingAtPath: path)?.readToEnd()
    }
print(bytes.map { $0.split(separator: 10).count } ?? -1)
SWIFT
swiftc -O "$work/read.swift" -o "$work/read"
python3 - "$work/read" <<'PYTHON'
import fcntl, os, subprocess, sys, tempfile, threading
held = []
for _ in range(400):  # so many lines in /proc/locks
    file = tempfile.TemporaryFile()
    fcntl.flock(file, fcntl.LOCK_EX)
    held.append(file)
there = len(subprocess.run(["cat", "/proc/locks"], capture_output=True).stdout.splitlines())
folder = tempfile.mkdtemp()
seen = {}
for way in ["Data", "String", "FileManager", "FileHandle"]:
    locks = int(subprocess.run([sys.argv[1], way, "/proc/locks"], capture_output=True, text=True).stdout)
    pipe = os.path.join(folder, way)
    os.mkfifo(pipe)
    descriptor = os.open(pipe, os.O_RDWR)  # neither side waits for the other
    os.write(descriptor, b"line\n" * 100)
    reading = subprocess.Popen([sys.argv[1], way, pipe], stdout=subprocess.PIPE, text=True)
    if way != "FileHandle":
        lines = int(reading.communicate()[0])
        os.close(descriptor)
    else:
        while True:  # until it has taken all, so that closing is the end and no loss
            import array, termios
            left = array.array("i", [0])
            fcntl.ioctl(descriptor, termios.FIONREAD, left)
            if left[0] == 0: break
        os.close(descriptor)
        lines = int(reading.communicate()[0])
    seen[way] = (locks, lines)
    print(f"{way}: {locks} of {there} lines of /proc/locks, {lines} of 100 of a pipe")
short = [way for way in ["Data", "String", "FileManager"] if 0 < seen[way][0] < there and seen[way][1] == -1]
if len(short) != 3 or seen["FileHandle"] != (there, 100):
    sys.exit("this has changed")
PYTHON
