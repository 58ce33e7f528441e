"""A process with the client's end of its connection, and what the client makes of the answer."""
import json
import os
import resource
import socket
import struct
import subprocess
import time

from upstream import INPUT, TEXT

PATIENCE = 100      # seconds for anything


TOOLS = [{"name": "run", "input_schema": {"type": "object", "properties": {
    "command": {"type": "string"}}}}]


def request(streamed: bool, **more: object) -> bytes:
    body = json.dumps({"model": "m", "max_tokens": 9, "stream": streamed,
                       "messages": [{"role": "user", "content": "Hi"}], **more}).encode()
    return (b"POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n" %
            len(body) + body)


class Process:
    def __init__(self, program: str, base_url: str, descriptors: int = 0, stderr: str = "",
                 **settings: str) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.socket = socket.create_connection(listener.getsockname())
        self.socket.settimeout(PATIENCE)
        theirs, _ = listener.accept()
        listener.close()
        self.began = time.monotonic()
        log = open(stderr, "w", encoding="utf-8") if stderr else subprocess.DEVNULL
        environment = {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "sk-upstream",
                       "CLAUDEPROXY_CONF": "/dev/null", "MAX_RETRIES": "0", "CONNECT_TIMEOUT": "1",
                       "REQUEST_TIMEOUT": "2", "KEEPALIVE_TIMEOUT": "1", **settings}
        self.process = subprocess.Popen(
            [program], stdin=theirs, stdout=theirs, stderr=log, env=environment,
            pass_fds=[int(settings["NO_MEMORY_COUNT"])] if "NO_MEMORY_COUNT" in settings else [],
            preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                   (descriptors, descriptors)))
            if descriptors else None)
        theirs.close()
        if stderr:
            log.close()

    def send(self, data: bytes, pause: float = 0) -> None:
        """With a pause each byte goes by itself."""
        try:
            if not pause:
                self.socket.sendall(data)
            for byte in data if pause else b"":
                self.socket.sendall(bytes([byte]))
                time.sleep(pause)
        except OSError:
            pass    # it does not listen any more; its answer says why

    def leave(self, reset: bool = False) -> None:
        if reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def read(self, slowly: bool = False) -> bytes:
        """One answer with its framing, and what stands behind it."""
        data = b""
        while not is_whole(data):
            try:
                more = self.socket.recv(16 if slowly else 65536)
            except OSError:
                return data + b"(reset)"
            if not more:
                break
            data += more
            if slowly:
                time.sleep(0.005)
        return data

    def ended(self) -> int:
        """Its exit status; the client has left."""
        self.socket.close()
        return self.process.wait(timeout=PATIENCE)

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def split(data: bytes) -> tuple[bytes, bytes]:
    """Head and body, without interim answers."""
    head, end, body = data.partition(b"\r\n\r\n")
    if end and head.startswith(b"HTTP/1.1 100"):
        return split(body)
    return (head, body) if end else (b"", data)


def length_of(head: bytes) -> int | None:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return None


def unchunked(body: bytes) -> tuple[bytes, bool, bytes]:
    """The text, whether it has an end, and what is behind it."""
    text = b""
    while True:
        line, end, rest = body.partition(b"\r\n")
        if not end:
            return text, False, b""
        size = int(line, 16)
        if size == 0:
            return text, rest.startswith(b"\r\n"), rest[2:]
        if len(rest) < size + 2:
            return text, False, b""
        text, body = text + rest[:size], rest[size + 2:]


def is_whole(data: bytes) -> bool:
    head, body = split(data)
    if not head:
        return False
    if b"transfer-encoding: chunked" in head.lower():
        return body.endswith(b"0\r\n\r\n") and unchunked(body)[1]
    length = length_of(head)
    return length is not None and len(body) >= length


def of_stream(text: bytes) -> str:
    events = []
    for block in text.decode("utf-8", "replace").split("\n\n")[:-1]:
        name, data = block.split("\n", 1)
        events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    words = "".join(data["delta"].get("text", "") for name, data in events
                    if name == "content_block_delta")
    names = [name for name, _ in events]
    if not text.endswith(b"\n\n") or not names:
        return "200, a piece of an event"
    if names[-1] == "error" and "message_stop" not in names and names.count("error") == 1:
        return f"200, then {events[-1][1]['error']['type']}"
    if names[-1] != "message_stop" or "error" in names:
        return f"200, without an end: {names[-1]}"
    if not text_is_whole(words):
        return f"200 HALF taken for whole: {words[:30]!r}"
    calls = sum(name == "content_block_start" and data["content_block"]["type"] == "tool_use"
                for name, data in events)
    pieces = "".join(data["delta"].get("partial_json", "") for name, data in events
                     if name == "content_block_delta")
    return of_calls([json.loads(pieces)] if calls else [])


def text_is_whole(text: str) -> bool:
    return text == TEXT or text == "x" * len(text) and len(text) == 20_000_000


def of_calls(inputs: list[dict]) -> str:
    if not inputs:
        return "200 whole"
    if inputs == [json.loads(INPUT)]:
        return "200 whole, with its call"
    # The raw text as the input: no tool takes it, and the model hears of that.
    if list(inputs[0]) == ["raw_arguments"]:
        return "200, a call that cannot run"
    return f"200 HALF a call taken for whole: {inputs}"


def of_answer(data: bytes) -> str:
    """What the client got, in a few words; those that are right have no colon."""
    if not data:
        return "nothing"
    head, body = split(data)
    if data.endswith(b"(reset)"):
        return "a reset" + (f": after {len(data)} bytes" if len(data) > 7 else "")
    if not head:
        return f"no head: {data[:30]!r}"
    status = head.split(b" ")[1].decode()
    if b"transfer-encoding: chunked" in head.lower():
        text, ended, behind = unchunked(body)
        if not ended or behind:
            return f"{status}, framing: {'no end' if not ended else 'something behind it'}"
        return of_stream(text)
    length = length_of(head)
    if length is not None and len(body) != length:
        return f"{status}, framing: {len(body)} of {length} bytes"
    try:
        message = json.loads(body)
    except ValueError:
        return f"{status}, no JSON: {body[:30]!r}"
    if message["type"] == "error":
        return f"{status} {message['error']['type']}"
    text = "".join(block.get("text", "") for block in message["content"])
    if text_is_whole(text) and message["stop_reason"] in ("end_turn", "tool_use"):
        return of_calls([block["input"] for block in message["content"]
                         if block["type"] == "tool_use"])
    return f"{status} HALF taken for whole: {text[:30]!r}"
