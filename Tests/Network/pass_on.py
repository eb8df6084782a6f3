#!/usr/bin/env python3
"""The network between one daemon and the database: pass_on.py FROM TO COUNT.

Listens on the sockets of PostgreSQL in the folders FROM0, FROM1, … and passes on to those in TO0, TO1, …, which need not
be there yet. Stopped (SIGSTOP) it drops all without a word, as a network that is cut; continued, it delivers late what was
under way.
"""
import asyncio
import sys

SOCKET = ".s.PGSQL.5432"


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


def passing_on(path):
    async def pass_on(reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(path)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))

    return pass_on


async def main(near, far, count):
    for place in range(int(count)):
        await asyncio.start_unix_server(passing_on(f"{far}{place}/{SOCKET}"), f"{near}{place}/{SOCKET}")
    print("passes on", flush=True)
    await asyncio.get_running_loop().create_future()


asyncio.run(main(*sys.argv[1:]))
