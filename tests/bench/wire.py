"""What goes over sockets: requests, answers, and a provider that is far away."""
from __future__ import annotations

import asyncio
import re
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

TEXT = re.compile(rb'"(?:text|content)":"[^"]')
END = b"\r\n0\r\n\r\n"


def post(path: str, body: bytes, *fields: str) -> bytes:
    head = (f"POST {path} HTTP/1.1", "host: 127.0.0.1", "content-type: application/json",
            f"content-length: {len(body)}", *fields, "", "")
    return "\r\n".join(head).encode() + body


@dataclass
class Answer:
    first: float    # seconds to the first text
    whole: float    # seconds to the end
    events: int     # deltas of text
    cpu: float = 0  # seconds of the processes that gave it


def ask(stream: socket.socket, request: bytes, begin: float, ends: bool = False) -> Answer:
    """Sends a request, and with `ends` the end of the bytes. Reads the answer to its last chunk, or
    to its end of the bytes."""
    stream.sendall(request)
    if ends:
        stream.shutdown(socket.SHUT_WR)
    first, pieces, tail = 0.0, [], b""
    while not tail.endswith(END) and (piece := stream.recv(1 << 18)):
        tail = tail[-len(END):] + piece
        if not first and TEXT.search(piece):
            first = time.monotonic() - begin
        pieces.append(piece)
    whole = time.monotonic() - begin
    text = b"".join(pieces)
    if b"HTTP/1.1 200 " not in text[:20] and not text.startswith(b"data:"):
        raise RuntimeError(f"no answer: {text[:400]!r}")
    return Answer(first, whole, len(TEXT.findall(text)))


# ---- a provider that is far away ----

class Far:
    """Something that listens at `port`, as if it were `seconds` away, there and back: what comes is
    handed on half of that later, and the first bytes wait once more for the whole, which is what
    the handshake of TCP would have taken. With a certificate it speaks TLS.

    It can't show what a real way adds: lost packets, and a window that begins small, for which a
    long request goes over a new connection in several round trips."""

    def __init__(self, port: int, seconds: float, certificate: Path | None = None) -> None:
        self.loop = asyncio.new_event_loop()
        self.seconds = seconds
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            port = self.listen(port, self.copy, context)
        self.port = self.listen(port, self.late)

    def listen(self, port: int, pump: Callable[..., Awaitable[None]],
               context: ssl.SSLContext | None = None) -> int:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            for one in (writer, far_writer):
                one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await asyncio.gather(pump(reader, far_writer, self.seconds * 1.5),
                                 pump(far_reader, writer, self.seconds * 0.5))

        async def start() -> int:
            server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
            return server.sockets[0].getsockname()[1]
        return asyncio.run_coroutine_threadsafe(start(), self.loop).result()

    async def copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter,
                   _: float) -> None:
        try:
            while data := await source.read(1 << 16):
                sink.write(data)
        except OSError:  # a reset ends it as well
            pass
        sink.close()

    async def late(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter,
                   first: float) -> None:
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def hand_on() -> None:
            while (item := await queue.get())[1]:
                await asyncio.sleep(item[0] - self.loop.time())
                sink.write(item[1])
            sink.close()
        handing = asyncio.ensure_future(hand_on())
        begin = self.loop.time()
        try:
            while data := await source.read(1 << 16):
                due = max(self.loop.time() + self.seconds / 2, begin + first)
                queue.put_nowait((due, data))
        except OSError:
            pass
        queue.put_nowait((0, b""))
        await handing
