"""An OpenAI-compatible upstream in which each request waits for what a check lets it say.

The model's name tells the requests apart: a check asks the proxy for a model of its own, gets that
request here as an Ask, and answers it piece by piece. So "this event reached the client before the
next was sent" is an order of events, and no question of time.
"""
import asyncio
import json
from collections import defaultdict
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator

import net

LIMIT = 1 << 20     # of one line


class Ask:
    """One request of the proxy."""

    def __init__(self, body: bytes, writer: asyncio.StreamWriter) -> None:
        self.body = json.loads(body)
        self.size = len(body)
        self.host, port = writer.get_extra_info("peername")     # where the proxy runs
        self.connection: tuple[str, int] = self.host, port      # the same for requests on one
        self.gone = asyncio.Event()     # the proxy closed the connection
        self._writer = writer
        self._begun = False

    async def _send(self, text: str) -> None:
        try:
            self._writer.write(text.encode())
            await self._writer.drain()
        except OSError:
            self.gone.set()

    async def _event(self, data: str) -> None:
        line = f"data: {data}\n\n"
        await self._send(f"{len(line):x}\r\n{line}\r\n")

    async def chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> None:
        if not self._begun:
            self._begun = True
            await self._send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                             "transfer-encoding: chunked\r\n\r\n")
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        await self._event(json.dumps({"choices": [choice]}))

    async def say(self, text: str) -> None:
        await self.chunk({"content": text})

    async def end(self, finish_reason: str = "stop") -> None:
        await self.chunk({}, finish_reason)
        await self._event("[DONE]")
        await self._send("0\r\n\r\n")

    async def answer(self, status: int, body: dict[str, Any], *headers: str) -> None:
        """The whole answer at once, in JSON."""
        text = json.dumps(body)
        lines = [f"HTTP/1.1 {status} Status", "content-type: application/json",
                 f"content-length: {len(text)}", *headers]
        await self._send("\r\n".join(lines) + "\r\n\r\n" + text)

    async def complete(self, text: str) -> None:
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        await self.answer(200, {"choices": [choice]})


async def read_head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]]:
    """The first line, and the headers by lower-case name."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    pairs = (line.split(":", 1) for line in lines)
    return first, {name.strip().lower(): value.strip() for name, value in pairs}


class Upstream:
    def __init__(self) -> None:
        self._asks: dict[str, asyncio.Queue[Ask]] = defaultdict(asyncio.Queue)

    async def asked(self, model: str) -> Ask:
        """The next request for this model."""
        return await self._asks[model].get()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, whose requests come one after the other."""
        ask = None
        try:
            while True:
                _, headers = await read_head(reader)
                ask = Ask(await reader.readexactly(int(headers["content-length"])), writer)
                self._asks[ask.body["model"]].put_nowait(ask)
        except (OSError, asyncio.IncompleteReadError):
            writer.close()
        if ask:
            ask.gone.set()


@asynccontextmanager
async def listening(pid: int | None, host: str, port: int,
                    upstream: Upstream | None = None) -> AsyncIterator[Upstream]:
    """An upstream on host:port in the network of a process (None: our own)."""
    upstream = upstream or Upstream()
    server = await asyncio.start_server(upstream.serve, sock=net.listen(pid, host, port),
                                        limit=LIMIT)
    try:
        yield upstream
    finally:
        server.close()
