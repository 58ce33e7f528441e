"""Upstreams that fail, each in its own way."""
import json
import random
import socket
import struct
import threading
import time
from typing import Callable

TEXT = "Hello, this is all of it."
WORDS = [TEXT[i:i + 5] for i in range(0, len(TEXT), 5)]
USAGE = {"prompt_tokens": 9, "completion_tokens": 7}
INPUT = json.dumps({"command": "rm -rf /tmp/a/b"})


def call(arguments: str) -> dict:
    return {"index": 0, "id": "call_1", "type": "function",
            "function": {"name": "run", "arguments": arguments}}


def completion(finish_reason: str = "stop", **message: object) -> bytes:
    return json.dumps({
        "id": "c", "object": "chat.completion", "model": "m", "usage": USAGE,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT, **message},
                     "finish_reason": finish_reason}]}).encode()


COMPLETION = completion()
WITH_CALL = completion("tool_calls", tool_calls=[call(INPUT)])
CHANGE = json.dumps({"error": {"message": "Unsupported parameter: 'max_tokens' is not supported "
                               "with this model. Use 'max_completion_tokens' instead."}}).encode()


def event(data: str) -> bytes:
    text = f"data: {data}\n\n".encode()
    return b"%x\r\n%s\r\n" % (len(text), text)


def delta(finish_reason: str | None = None, **fields: object) -> bytes:
    return event(json.dumps({"id": "c", "choices": [
        {"index": 0, "delta": fields, "finish_reason": finish_reason}]}))


STREAM = [delta(content=word) for word in WORDS]
# With the arguments in pieces.
CALL = [delta(tool_calls=[call("")])] + [
    delta(tool_calls=[{"index": 0, "function": {"arguments": INPUT[i:i + 3]}}])
    for i in range(0, len(INPUT), 3)]
USAGE_AND_END = [event(json.dumps({"choices": [], "usage": USAGE})), event("[DONE]"),
                 b"0\r\n\r\n"]
STREAM_END = [delta("stop"), *USAGE_AND_END]
STREAM_WITH_CALL = [*STREAM, *CALL, delta("tool_calls"), *USAGE_AND_END]


def good(streamed: bool, calls: bool = False) -> tuple[bytes, bytes]:
    """The head and the body."""
    if streamed:
        return (b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                b"transfer-encoding: chunked\r\n\r\n",
                b"".join(STREAM_WITH_CALL if calls else STREAM + STREAM_END))
    body = WITH_CALL if calls else COMPLETION
    return (b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
            b"content-length: %d\r\n\r\n" % len(body), body)


class Asked:
    """A request that was read, or is to be left unread."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection, self.streamed, self.body = connection, False, b""
        self.calls = False      # tools were given, and one of them is called

    def read(self) -> bool:
        stream = self.connection.makefile("rb")
        length = 0
        if not stream.readline():
            return False
        while (field := stream.readline()) not in (b"\r\n", b""):
            if field.lower().startswith(b"content-length:"):
                length = int(field.split(b":")[1])
        self.body = stream.read(length)
        self.streamed = b'"stream":true' in self.body.replace(b" ", b"")
        self.calls = b'"tools"' in self.body
        return True

    def send(self, *pieces: bytes) -> None:
        self.connection.sendall(b"".join(pieces))

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def stall(self) -> None:
        """Until the other side leaves."""
        while self.connection.recv(65536):
            pass


Behaviour = Callable[[Asked], None]


def after(part: float, then: str, of_head: bool = False) -> Behaviour:
    """Sends a part of the head, or the head and a part of the body; then stalls, resets, ends."""
    def behave(asked: Asked) -> None:
        head, body = good(asked.streamed, asked.calls)
        if of_head:
            asked.send(head[:int(len(head) * part)])
        else:
            asked.send(head, body[:int(len(body) * part)])
        time.sleep(0.2)     # so that a reset does not overtake it
        if then == "stalls":
            asked.stall()
        elif then == "resets":
            asked.reset()
    return behave


def whole(asked: Asked) -> None:
    asked.send(*good(asked.streamed, asked.calls))


def drips(asked: Asked) -> None:
    for byte in b"".join(good(asked.streamed, asked.calls)):
        asked.send(bytes([byte]))
        time.sleep(0.002)


def interim_for_ever(asked: Asked) -> None:
    while True:
        asked.send(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n")
        time.sleep(0.3)


def noise(count: int) -> bytes:
    return random.Random(17).randbytes(count)


def garbage(asked: Asked) -> None:
    asked.send(noise(5000))


def garbage_as_body(asked: Asked) -> None:
    head, _ = good(asked.streamed, asked.calls)
    body = noise(len(COMPLETION))
    framed = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    asked.send(head, framed if asked.streamed else body)


def garbage_in_body(asked: Asked) -> None:
    head, body = good(asked.streamed, asked.calls)
    at = len(body) // 2
    asked.send(head, body[:at], noise(50), body[at + 50:])


def ends_in_call(finish_reason: str | None) -> Behaviour:
    """As framed it is whole, but the arguments are not; some servers name a reason all the same."""
    def behave(asked: Asked) -> None:
        half = CALL[:len(CALL) // 2]
        if asked.streamed:
            end = [delta(finish_reason), *USAGE_AND_END] if finish_reason else [b"0\r\n\r\n"]
            asked.send(good(True)[0], *STREAM, *half, *end)
            return
        body = completion(finish_reason or "", tool_calls=[call(INPUT[:len(INPUT) // 2])])
        asked.send(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body), body)
    return behave


def no_finish(asked: Asked) -> None:
    """As framed it is whole, but nobody said that the answer is."""
    if asked.streamed:
        asked.send(good(True)[0], *STREAM, b"0\r\n\r\n")
    else:
        cut = COMPLETION[:len(COMPLETION) // 2]
        asked.send(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(cut), cut)


def heals(asked: Asked) -> None:
    if b"max_completion_tokens" in asked.body:
        whole(asked)
    else:
        asked.send(b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
                   b"connection: close\r\n"
                   b"content-length: %d\r\n\r\n" % len(CHANGE), CHANGE)


def floods(asked: Asked) -> None:
    """More than sockets hold."""
    head, _ = good(True)
    asked.send(head)
    for _ in range(20000):
        asked.send(delta(content="x" * 1000))
    asked.send(*STREAM_END)


def not_read(asked: Asked) -> None:
    time.sleep(20)


class Upstream:
    """One behaviour after the other, a connection each; the last one stays. Without any it accepts
    and resets."""

    def __init__(self, *behaviours: Behaviour | None) -> None:
        self.behaviours = list(behaviours)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port = self.listener.getsockname()[1]
        self.asked = threading.Event()
        self.open = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            behaviour = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
            self.open += 1
            threading.Thread(target=self.answer, args=(connection, behaviour), daemon=True).start()

    def answer(self, connection: socket.socket, behaviour: Behaviour | None) -> None:
        asked = Asked(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if behaviour is None:
                asked.reset()
            elif behaviour is not_read or asked.read():
                self.asked.set()
                behaviour(asked)
        except OSError:
            pass
        connection.close()
        self.open -= 1

    def close(self) -> None:
        # Wakes accept(), which holds the socket otherwise.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
