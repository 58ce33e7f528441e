"""A scripted OpenAI-compatible provider on loopback, as strict as the strictest.

A script is a function (request, number) -> answer: `request` is the body that came, `number` counts
them from 1. An answer is a list of moves, which say(), think(), call(), done() … make, or refuse().
It speaks Chat Completions, and the Responses API (responses.py) where that is asked.
Whatever was asked is kept in `asked`, what a strict provider would refuse in `wrong`.
"""
from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import responses

Json = dict[str, Any]
Move = tuple[str, Any]
Answer = list[Move]
Script = Callable[[Json, int], Answer]

# What Chat Completions knows; a strict provider answers 400 to anything else.
FIELDS = set("""model messages tools tool_choice parallel_tool_calls stream stream_options
    max_tokens max_completion_tokens temperature top_p stop response_format reasoning_effort
    prompt_cache_key user metadata thinking extra_body seed""".split())
MESSAGE_FIELDS = set("role content name tool_calls tool_call_id reasoning_content".split())
# What is Anthropic's alone.
FOREIGN = {"cache_control", "defer_loading"}
USAGE = {"prompt_tokens": 12000, "completion_tokens": 20, "total_tokens": 12020}


# ---- what an answer is made of ----

def delta(**fields: Any) -> Move:
    return ("delta", fields)


def say(text: str) -> Answer:
    half = len(text) // 2
    return [delta(content=piece) for piece in (text[:half], text[half:]) if piece]


def think(text: str) -> Answer:
    return [delta(reasoning_content=text)]


def call(id: str, name: str, arguments: Json, index: int = 0, size: int = 4000,
         **extra: Any) -> Answer:
    """A tool call whose arguments come in pieces of `size` characters."""
    text = json.dumps(arguments, ensure_ascii=False)
    function = {"name": name, "arguments": ""}
    head = {"index": index, "id": id, "type": "function", "function": function, **extra}
    pieces = [{"index": index, "function": {"arguments": text[at:at + size]}}
              for at in range(0, len(text), size)]
    return [delta(tool_calls=[piece]) for piece in (head, *pieces)]


def done(reason: str = "stop", usage: Json | None = None) -> Answer:
    return [("finish", reason), ("usage", usage or USAGE)]


def text(words: str) -> Answer:
    return say(words) + done()


def calls(*answers: Answer) -> Answer:
    return [move for answer in answers for move in answer] + done("tool_calls")


def wait(seconds: float) -> Answer:
    return [("wait", seconds)]


CUT: Move = ("cut", None)


def refuse(status: int, message: str, code: str | None = None, **headers: str) -> Answer:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    heads = {name.replace("_", "-"): value for name, value in headers.items()}
    return [("refuse", (status, {"error": error}, heads))]


# ---- what a strict provider refuses ----

def keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from keys_in(item)


def objections(request: Json) -> Iterator[str]:
    for name in request.keys() - FIELDS:
        yield f"Unrecognized request argument supplied: {name}"
    for name in FOREIGN & set(keys_in(request)):
        yield f"{name} reached the provider"
    yield from tool_objections(request)
    if not request["messages"]:
        yield "no messages"
    for at, message in enumerate(request["messages"]):
        yield from (f"messages.{at}: {wrong}" for wrong in message_objections(message, at))
    yield from call_objections(request["messages"])


def tool_objections(request: Json) -> Iterator[str]:
    for tool in request.get("tools", []):
        function = tool["function"]
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,63}", function["name"]):
            yield f"Invalid tools name: {function['name']!r}"
        if function.get("parameters", {"type": "object"}).get("type") != "object":
            yield f"Invalid schema for function {function['name']!r}"
        if function["name"] == "DeferredToolPlaceholder":
            yield "a tool that is none"
    if request.get("tools") == [] or ("tool_choice" in request and "tools" not in request):
        yield "tool_choice or an empty list without tools"


def message_objections(message: Json, at: int) -> Iterator[str]:
    role, content = message["role"], message.get("content")
    if role not in ("system", "user", "assistant", "tool"):
        yield f"role {role!r}"
    if role == "system" and at:
        yield "system messages stand in front"
    if role in ("system", "user") and not content:
        yield "no content"
    if role == "system" and "x-anthropic-billing-header" in json.dumps(content):
        yield "the billing line reached the provider"
    yield from (f"unknown field {name}" for name in message.keys() - MESSAGE_FIELDS)
    if isinstance(content, list):
        kinds = {part.get("type") for part in content}
        yield from (f"part {kind!r}" for kind in kinds - {"text", "image_url", "file"})


def call_objections(messages: list[Json]) -> Iterator[str]:
    """Each call has an id of its own, arguments that are an object, and a result behind it."""
    pending: list[str] = []
    known: set[str] = set()
    for at, message in enumerate([*messages, {"role": "end"}]):
        if message["role"] == "tool":
            if message["tool_call_id"] not in pending:
                yield f"messages.{at}: a result without its call"
            else:
                pending.remove(message["tool_call_id"])
            continue
        if pending:
            yield f"messages.{at}: tool_calls without results: {pending}"
        pending = []
        for one in message.get("tool_calls", []):
            if one["id"] in known:
                yield f"messages.{at}: call id {one['id']} twice"
            if not isinstance(json.loads(one["function"]["arguments"]), dict):
                yield f"messages.{at}: arguments are no object"
            known.add(one["id"])
            pending.append(one["id"])


# ---- an answer's bytes ----

def base(kind: str, model: str) -> Json:
    """The id is the same every time, as some servers have it."""
    return {"id": "chatcmpl-same", "object": kind, "created": 1, "model": model}


def chunk(move: Move, model: str) -> Json:
    kind, value = move
    head = base("chat.completion.chunk", model)
    if kind == "usage":
        return {**head, "choices": [], "usage": value}
    choice = {"index": 0, "delta": value if kind == "delta" else {},
              "finish_reason": value if kind == "finish" else None}
    return {**head, "choices": [choice]}


def add_delta(message: Json, fields: Json) -> None:
    for name in ("content", "reasoning_content"):
        if name in fields:
            message[name] = (message.get(name) or "") + fields[name]
    for piece in fields.get("tool_calls", []):
        made = message.setdefault("tool_calls", [])
        if "id" in piece:
            made.append({**piece, "function": dict(piece["function"])})
            made[-1].pop("index")
        else:
            made[piece["index"]]["function"]["arguments"] += piece["function"]["arguments"]


def whole(answer: Answer, model: str) -> Json:
    """The same answer, not streamed."""
    message: Json = {"role": "assistant", "content": None}
    result = base("chat.completion", model)
    for kind, value in answer:
        if kind == "delta":
            add_delta(message, value)
        elif kind == "finish":
            result["choices"] = [{"index": 0, "message": message, "finish_reason": value}]
        elif kind == "usage":
            result["usage"] = value
    return result


# ---- the server ----

@dataclass
class Upstream:
    script: Script
    port: int = 0
    asked: list[Json] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    gone: list[float] = field(default_factory=list)  # when a client had left within an answer
    sources: list[tuple[str, int]] = field(default_factory=list)    # the connection of each request
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


def answer_to(upstream: Upstream, request: Json, heads: dict[str, str]) -> Answer:
    with upstream.lock:
        upstream.asked.append(request)
        upstream.heads.append(heads)
        upstream.times.append(time.monotonic())
        number = len(upstream.asked)
    refused = list((responses.objections if "input" in request else objections)(request))
    if refused:
        upstream.wrong += refused
        return refuse(400, refused[0])
    try:
        return upstream.script(request, number)
    except Exception as error:  # it expected another request: the scenario fails, not the server
        upstream.wrong.append(f"request {number}: {type(error).__name__}: {error}")
        return refuse(400, "the script has no answer")


class Handler(BaseHTTPRequestHandler):
    """One connection, with its requests."""
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    upstream: Upstream

    def log_message(self, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        heads = {name.lower(): value for name, value in self.headers.items()}
        self.upstream.sources.append(self.client_address)
        try:
            self.play(request, answer_to(self.upstream, request, heads))
        except OSError:
            self.upstream.gone.append(time.monotonic())
            self.close_connection = True

    def play(self, request: Json, answer: Answer) -> None:
        while answer[0][0] == "wait":
            self.pause(answer.pop(0)[1])
        if answer[0][0] == "refuse":
            self.send_json(*answer[0][1])
        elif request.get("stream"):
            self.stream(request, answer)
        elif "input" in request:
            self.send_json(200, responses.whole(answer), {})
        else:
            self.send_json(200, whole(answer, request["model"]), {})

    def stream(self, request: Json, answer: Answer) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        if self.play_moves(request, answer):
            self.wfile.write(b"0\r\n\r\n")

    def play_moves(self, request: Json, answer: Answer) -> bool:
        """False: it was to be cut."""
        items = responses.Items() if "input" in request else None
        for event in [items.response("in_progress")] if items else []:
            self.event(responses.line(event))
        for move in answer:
            if move == CUT:
                self.close_connection = True
                return False
            if move[0] == "wait":
                self.pause(move[1])
            elif items is None:
                self.event(json.dumps(chunk(move, request["model"]), ensure_ascii=False))
            elif move[0] == "delta":
                for event in items.delta(move[1]):
                    self.event(responses.line(event))
        if items is None:
            self.event("[DONE]")
            return True
        for event in [*items.end(), items.response("completed")]:
            self.event(responses.line(event))
        return True

    def event(self, data: str) -> None:
        line = f"data: {data}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
        self.wfile.flush()

    def pause(self, seconds: float) -> None:
        """Waits, but no longer than the client stays."""
        self.connection.settimeout(seconds)
        try:
            if self.connection.recv(1, socket.MSG_PEEK) == b"":
                raise ConnectionError
        except TimeoutError:
            pass
        finally:
            self.connection.settimeout(None)

    def send_json(self, status: int, body: Json, heads: dict[str, str]) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        own = {"content-type": "application/json", "content-length": str(len(data))}
        self.send_response(status)
        for name, value in {**own, **heads}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def serve(script: Script) -> Iterator[Upstream]:
    upstream = Upstream(script)
    handler = type("OwnHandler", (Handler,), {"upstream": upstream})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    upstream.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield upstream
    finally:
        server.shutdown()
        server.server_close()
