# What a careful programmer writes in place of the daemon's delivering, for the measurements to compare with: a number of
# workers POST what waits in the outbox of sync.py, signed anew for each attempt, and what was taken is noted durably every
# 50 ms. Arguments: the receiver's URL, the store, how many workers. Prints the CPU seconds that it took.

import asyncio
import base64
import hashlib
import hmac
import os
import sqlite3
import sys
import time

import aiohttp
import uvloop

KEY = b"secret of 32 bytes for measuring"
AHEAD = 1000
PAUSE = 0.05


def headers(event_id, body):
    timestamp = str(int(time.time()))
    signed = hmac.digest(KEY, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "User-Agent": "careful/1.0",
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }


class Sender:
    def __init__(self, url, store, workers):
        self.url = url
        self.store = store
        self.workers = workers
        self.queue = asyncio.Queue(AHEAD)
        self.taken = []

    async def run(self):
        connector = aiohttp.TCPConnector(limit=self.workers)
        timeout = aiohttp.ClientTimeout(total=15)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as self.session:
            noting = asyncio.create_task(self.note_for_ever())
            async with asyncio.TaskGroup() as group:
                for _ in range(self.workers):
                    group.create_task(self.work())
                await self.fill()
            noting.cancel()
            self.note()

    async def fill(self):
        last = 0
        while True:
            rows = self.store.execute(
                "SELECT id, event_id, body FROM outbox WHERE delivered_at IS NULL AND id > ? ORDER BY id LIMIT ?",
                (last, AHEAD)).fetchall()
            for row in rows:
                await self.queue.put(row)
            if not rows:
                break
            last = rows[-1][0]
        for _ in range(self.workers):
            await self.queue.put(None)

    async def work(self):
        while row := await self.queue.get():
            number, event_id, body = row
            for attempt in range(12):
                if await self.post(event_id, body):
                    self.taken.append((time.time(), number))
                    break
                await asyncio.sleep(2**attempt)

    async def post(self, event_id, body):
        try:
            async with self.session.post(
                self.url, data=body, headers=headers(event_id, body), allow_redirects=False
            ) as answer:
                await answer.read()
                return 200 <= answer.status < 300
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def note_for_ever(self):
        while True:
            await asyncio.sleep(PAUSE)
            self.note()

    def note(self):
        taken, self.taken = self.taken, []
        with self.store:
            self.store.executemany("UPDATE outbox SET delivered_at = ? WHERE id = ?", taken)


def main():
    url, path, workers = sys.argv[1], sys.argv[2], int(sys.argv[3])
    store = sqlite3.connect(path)
    store.execute("PRAGMA synchronous = FULL")
    start = sum(os.times()[:2])
    uvloop.run(Sender(url, store, workers).run())
    print(sum(os.times()[:2]) - start, flush=True)


main()
