"""A client of the proxy that reads an answer piece by piece."""
import asyncio
import json
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import net
from upstream import LIMIT, read_head


class Wrong(Exception):
    """A check failed; says what was seen."""


@dataclass
class Connection:
    """One to the proxy. Its requests come one after the other."""
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    began: float            # when the connect began
    requests: int = 0

    async def ended(self) -> None:
        """Waits for the server to close it; nothing else may come."""
        said = await self.reader.read(100)
        if said:
            raise Wrong(f"{said!r} instead of an end")

    def close(self) -> None:
        self.writer.close()


class Answer:
    """One request, and what came back."""

    def __init__(self, connection: Connection, began: float) -> None:
        self.connection = connection
        self._reader = connection.reader
        self._began = began
        self._text = b""        # of the body, decoded, not yet looked at
        self._left: int | None = None
        self.status = 0
        self.headers: dict[str, str] = {}
        self.first_byte = 0.0   # seconds after the connect, or a later request, began
        self.head = asyncio.ensure_future(self._read_head())    # done when the head is there
        # Without anybody who asks for it its failure would be reported besides.
        self.head.add_done_callback(lambda head: head.cancelled() or head.exception())

    async def _read_head(self) -> None:
        first = await self._reader.readexactly(1)
        self.first_byte = time.monotonic() - self._began
        line, self.headers = await read_head(self._reader)
        self.status = int((first.decode() + line).split(" ")[1])
        if "content-length" in self.headers:
            self._left = int(self.headers["content-length"])

    async def _piece(self) -> bytes:
        """Some bytes of the body; none at its end."""
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            size = int(await self._reader.readuntil(b"\r\n"), 16)
            return (await self._reader.readexactly(size + 2))[:-2]
        if self._left is None:
            return await self._reader.read(65536)
        piece = await self._reader.read(min(65536, self._left))
        if self._left and not piece:
            raise Wrong("the body was cut")
        self._left -= len(piece)
        return piece

    async def body(self) -> bytes:
        while piece := await self._piece():
            self._text += piece
        return self._text

    async def json(self) -> dict[str, Any]:
        text = await self.body()
        try:
            return json.loads(text)
        except ValueError:
            raise Wrong(f"{self.status}, no JSON: {text[:100]!r}") from None

    async def event(self) -> dict[str, Any] | None:
        """The next event of a stream; None at its end."""
        while b"\n\n" not in self._text:
            piece = await self._piece()
            if not piece:
                if self._text:
                    raise Wrong(f"no event: {self._text[:100]!r}")
                return None
            self._text += piece
        event, self._text = self._text.split(b"\n\n", 1)
        data = [line[6:] for line in event.split(b"\n") if line.startswith(b"data: ")]
        return json.loads(b"".join(data))

    async def delta(self, kind: str = "text") -> str:
        """The next piece of text (or thinking, signature, partial_json) that is said."""
        while (event := await self.event()) is not None:
            if event["type"] == "error":
                raise Wrong(f"error event: {event['error']['message']}")
            if kind in event.get("delta", {}):
                return event["delta"][kind]
        raise Wrong("the stream ended early")

    async def rest(self) -> list[dict[str, Any]]:
        """The events up to message_stop, which must be the last one."""
        events = []
        while (event := await self.event()) is not None:
            events.append(event)
        if not events or events[-1]["type"] != "message_stop":
            raise Wrong(f"the stream ended without message_stop, after {events[-1:]}")
        return events

    async def all(self) -> bytes:
        """Every byte that comes, as it comes."""
        try:
            return await self._reader.read()
        except ConnectionResetError:
            return b""

    @property
    def keeps(self) -> bool:
        """The server says that the connection stays open."""
        return self.headers.get("connection", "").lower() != "close"

    def close(self) -> None:
        """With its connection."""
        self.head.cancel()
        self.connection.close()


async def connect(base: str, pid: int | None, trust: ssl.SSLContext | None) -> Connection:
    url = urlsplit(base)
    tls = trust if url.scheme == "https" else None
    began = time.monotonic()
    sock = net.tcp_socket(pid)
    try:
        at = url.hostname, url.port or (443 if tls else 80)
        await asyncio.get_running_loop().sock_connect(sock, at)
        reader, writer = await asyncio.open_connection(
            sock=sock, limit=LIMIT, ssl=tls, server_hostname=url.hostname if tls else None)
    except BaseException:
        sock.close()
        raise
    return Connection(reader, writer, began)


async def request(base: str, method: str, path: str, *, body: bytes = b"",
                  headers: dict[str, str] | None = None, pid: int | None = None,
                  trust: ssl.SSLContext | None = None, raw: bool = False,
                  on: Connection | None = None) -> Answer:
    """Sends a request, on a connection of its own or on one that is there. With raw the head of
    its answer is left to all()."""
    url = urlsplit(base)
    connection = on or await connect(base, pid, trust)
    began = time.monotonic() if connection.requests else connection.began
    connection.requests += 1
    # Compression as Claude Code offers it: a server that takes it up holds the events back.
    lines = [f"{method} {url.path}{path} HTTP/1.1", f"host: {url.hostname}",
             "accept-encoding: gzip, deflate, br, zstd"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body or method == "POST":
        lines.append(f"content-length: {len(body)}")
    answer = Answer(connection, began)
    if raw:
        answer.head.cancel()
    try:
        connection.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        await connection.writer.drain()
    except OSError:
        pass    # the answer may be there all the same
    return answer
