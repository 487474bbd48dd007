"""A wire to the database that can be cut at the worst moment, and past which its clock may step.

Reads the client's side of the MySQL protocol: what a client asks comes in packets of a length of three
bytes, a number and, for a statement, a byte of 3 and its text.
"""

import asyncio
import re
import threading
from collections.abc import Awaitable
from contextlib import suppress

from tests.servers.process import free_port

CLOCK = re.compile(rb"utc_timestamp\(6\)", re.IGNORECASE)
QUERY = 3
CHUNK = 1 << 16
GONE = (OSError, asyncio.IncompleteReadError)


class Link:
    """Listens on `port`, and passes on to the database's; everything runs in a thread of its own."""

    def __init__(self, database_port: int) -> None:
        self.port = free_port()
        self.clock_ahead = 0  # seconds
        self.commits_cut = 0
        self._cuts_left = 0
        self._database_port = database_port
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._listener: asyncio.Server
        self._is_down = False
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def lose_answers_to_commit(self, times: int) -> None:
        """The database commits, and whoever asked for it never hears so."""
        self._cuts_left = times

    def cut(self) -> None:
        """Every connection; new ones are let through."""
        done = threading.Event()
        self._loop.call_soon_threadsafe(self._cut_now, done)
        done.wait(5)

    def go_down(self) -> None:
        self._is_down = True
        self.cut()

    def come_back(self) -> None:
        self._is_down = False

    def _cut_now(self, done: threading.Event) -> None:
        for writer in list(self._open):
            writer.transport.abort()
        done.set()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _end(self) -> None:
        self._listener.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, backlog=256
        )

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            with suppress(asyncio.CancelledError, *GONE):
                if not self._is_down:
                    await self._connect(reader, writer)
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._database_port)
        wire = Wire(self)
        try:
            await first_to_end(wire.ask(reader, back), wire.answer(there, writer))
        finally:
            back.transport.abort()

    def takes_commit(self) -> bool:
        if self._cuts_left <= 0:
            return False
        self._cuts_left -= 1
        return True


class Wire:
    """One connection."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._loses_answer = False

    async def ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readexactly(4)
            body = await reader.readexactly(int.from_bytes(head[:3], "little"))
            if head[3] == 0 and body[:1] == bytes([QUERY]):
                body = self._asked(body)
            writer.write(len(body).to_bytes(3, "little") + head[3:] + body)
            await writer.drain()

    def _asked(self, body: bytes) -> bytes:
        if body[1:].upper() == b"COMMIT":
            self._loses_answer = self.link.takes_commit()
        if self.link.clock_ahead and CLOCK.search(body):
            stepped = b"(utc_timestamp(6) + interval %d second)" % self.link.clock_ahead
            return CLOCK.sub(stepped, body)
        return body

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while heard := await reader.read(CHUNK):
            if self._loses_answer:
                self.link.commits_cut += 1
                return
            writer.write(heard)
            await writer.drain()


async def first_to_end(*both: Awaitable[None]) -> None:
    tasks = [asyncio.ensure_future(one) for one in both]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
