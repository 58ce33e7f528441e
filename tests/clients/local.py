"""A real model server behind the proxy: llama.cpp's, with a model of 135 million parameters.

It runs once for all scenarios here, from the first one to the end of the program.
"""
from __future__ import annotations

import atexit
import base64
import http.client
import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import claude
from coding import PNG
from install import Installed
from kits import GRAMMAR, in_base64
from scenarios import scenario
from stage import (CLIENT_KEY, PROGRAM, Proxy, ask, contains, equal, free_port, notes, process,
                   proxy, until)
from upstream import Json

CONTEXT = 4096  # tokens
HERE = Path(__file__).parent
CAPITAL = [{"role": "user", "content": "What is the capital of France?"}]
WEATHER = {"name": "get_weather", "description": "Get the weather", "input_schema": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
in_scenario = partial(scenario, needs="llama", alone=True)


# ---- the server ----

until_the_end = ExitStack()
atexit.register(until_the_end.close)
starting = threading.Lock()
started: list[str] = []


def llama(have: Installed) -> str:
    """Its address; the first who asks starts it."""
    with starting:
        if not started:
            port = free_port()
            log_file = PROGRAM.parent / "clients" / "llama.log"
            log = until_the_end.enter_context(log_file.open("wb"))
            command = [have.llama or "", HERE / "llama.py", str(port), str(CONTEXT)]
            child = until_the_end.enter_context(process(command, stdout=log, stderr=log))
            address = f"http://127.0.0.1:{port}"
            until("llama.cpp is ready", lambda: child.poll() is not None or ready(address), 60)
            assert child.poll() is None, log_file.read_text()[-2000:]
            started.append(address)
        return started[0]


def ready(address: str) -> bool:
    try:
        return ask(f"{address}/health")[0] == 200
    except urllib.error.URLError:
        return False


# ---- requests ----

def events(url: str, body: Json) -> list[Json]:
    """The events of a stream, each with its name."""
    data = json.dumps({**body, "stream": True}).encode()
    heads = {"content-type": "application/json", "x-api-key": CLIENT_KEY}
    with urllib.request.urlopen(urllib.request.Request(url, data, heads)) as answer:
        blocks = answer.read().decode().split("\n\n")
    found = [re.fullmatch("event: (.*)\ndata: (.*)", block) for block in blocks if block]
    assert all(found), blocks
    return [{"event": one[1], **json.loads(one[2])} for one in found if one]


def message(messages: list[Json], max_tokens: int = 60, **fields: Any) -> Json:
    return {"model": "claude-opus-5", "max_tokens": max_tokens, "messages": messages, **fields}


@dataclass
class Local:
    """The proxy before llama.cpp, in a scenario's folder."""
    folder: Path
    llama: str
    proxy: Proxy

    def ask(self, body: Json, path: str = "/v1/messages") -> Json:
        status, answer = ask(self.proxy.url + path, body)
        equal(status, 200, f"the status of {answer}")
        return answer

    def events(self, body: Json) -> list[Json]:
        return events(f"{self.proxy.url}/v1/messages", body)


@contextmanager
def local(folder: Path, have: Installed, **settings: str) -> Iterator[Local]:
    address = llama(have)
    known = {"OPENAI_BASE_URL": f"{address}/v1", "PROVIDER": "llamacpp", "BIG_MODEL": "smollm2",
             "ANTHROPIC_API_KEY": CLIENT_KEY, "LOG_LEVEL": "DEBUG"}
    with proxy(folder, {**known, **settings}) as front:
        yield Local(folder, address, front)


def text_of(answer: Json) -> str:
    return "".join(block["text"] for block in answer["content"] if block["type"] == "text")


def prompt_tokens(usage: Json) -> int:
    return usage["input_tokens"] + usage["cache_read_input_tokens"]


# ---- answers ----

@in_scenario("llama.cpp chat")
def chat(folder: Path, have: Installed, **settings: str) -> str:
    with local(folder, have, **settings) as on:
        answer = on.ask(message(CAPITAL, system="Answer in one sentence."))
        equal((text_of(answer), answer["stop_reason"]),
              ("The capital of France is Paris.", "end_turn"), "the answer")
        long = [{"role": "user", "content": "Tell me about the sea."}]
        equal(on.ask(message(long, max_tokens=16))["stop_reason"], "max_tokens", "a limit")
        talk = [*CAPITAL, {"role": "assistant", "content": text_of(answer)},
                {"role": "user", "content": "And of Italy?"}]
        contains(text_of(on.ask(message(talk))), "Rome", "the second answer")
        _, own = ask(f"{on.llama}/v1/chat/completions", {
            "messages": [{"role": "user", "content": "Tell me about the sea. " * 100}],
            "max_tokens": 100})
        speed = own["timings"]
    return (f"{speed['prompt_per_second']:.0f} tokens/s of prompt, "
            f"{speed['predicted_per_second']:.0f} of answer")


@in_scenario("llama.cpp stream")
def stream(folder: Path, have: Installed, **settings: str) -> None:
    """The same answer, word by word, with the same usage."""
    with local(folder, have, **settings) as on:
        body = message(CAPITAL)
        whole = on.ask(body)
        came = on.events(body)
        names = " ".join(one["event"] for one in came)
        assert GRAMMAR.fullmatch(names), names
        pieces = [one["delta"]["text"] for one in came if one["event"] == "content_block_delta"]
        equal("".join(pieces), text_of(whole), "the text")
        assert len(pieces) > 3, pieces
        end = came[-2]
        equal(end["delta"]["stop_reason"], whole["stop_reason"], "stop_reason")
        equal(prompt_tokens(end["usage"]), prompt_tokens(whole["usage"]), "tokens of the prompt")
        equal(end["usage"]["output_tokens"], whole["usage"]["output_tokens"], "output tokens")


def weather_in(city: str, id: str) -> list[Json]:
    """A question, a call, its result."""
    use = {"type": "tool_use", "id": id, "name": "get_weather", "input": {"city": city}}
    result = {"type": "tool_result", "tool_use_id": id, "content": "It is sunny."}
    return [{"role": "user", "content": f"What is the weather in {city}?"},
            {"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]


# So small a model needs an example.
ASKED = [*weather_in("Oslo", "toolu_1"), {"role": "assistant", "content": "It is sunny in Oslo."},
         {"role": "user", "content": "What is the weather in Paris?"}]


@in_scenario("llama.cpp tool call")
def tool_call(folder: Path, have: Installed, **settings: str) -> None:
    """A loop: the model calls, gets the result, and says it."""
    with local(folder, have, **settings) as on:
        for choice in ({"type": "any"}, {"type": "tool", "name": "get_weather"}):
            answer = on.ask(message(ASKED, tools=[WEATHER], tool_choice=choice))
            equal(answer["stop_reason"], "tool_use", f"stop_reason, {choice}")
            use, = answer["content"]
            equal((use["name"], use["input"]), ("get_weather", {"city": "Paris"}), "the call")
        came = on.events(message(ASKED, tools=[WEATHER]))
        arguments = "".join(one["delta"]["partial_json"] for one in came
                            if one["event"] == "content_block_delta")
        equal(json.loads(arguments), use["input"], "the streamed call")
        equal(came[-2]["delta"]["stop_reason"], "tool_use", "stop_reason")
        result = {"type": "tool_result", "tool_use_id": use["id"], "content": "It is raining."}
        talk = [*ASKED, {"role": "assistant", "content": [use]},
                {"role": "user", "content": [result]}]
        last = on.ask(message(talk, tools=[WEATHER]))
        equal((text_of(last), last["stop_reason"]), ("It is raining in Paris.", "end_turn"), "end")


@in_scenario("llama.cpp structured output")
def structured(folder: Path, have: Installed) -> str:
    schema = {"type": "object", "properties": {
        "name": {"type": "string"}, "people": {"type": "integer"},
        "size": {"type": "string", "enum": ["small", "large"]}},
        "required": ["name", "people", "size"], "additionalProperties": False}
    with local(folder, have) as on:
        talk = [{"role": "user", "content": "Name a city and its population."}]
        answer = on.ask(message(talk, 200, output_config={
            "format": {"type": "json_schema", "schema": schema}}))
        value = json.loads(text_of(answer))
        equal([type(value[name]) for name in ("name", "people")], [str, int], "types")
        assert value.keys() == schema["properties"].keys() and value["size"] in (
            "small", "large"), value
    return json.dumps(value)


@in_scenario("llama.cpp by Responses")
def by_responses(folder: Path, have: Installed) -> None:
    """The same by the server's other API, which knows no text.format."""
    for play in (chat, stream, tool_call):
        play(folder, have, UPSTREAM_API="responses")


@in_scenario("llama.cpp without eyes")
def no_eyes(folder: Path, have: Installed) -> None:
    """The model can't see: the server refuses the image, and the answer comes without it."""
    picture = in_base64("image", "image/png", base64.b64encode(PNG).decode())
    question = {"type": "text", "text": CAPITAL[0]["content"]}
    talk = [{"role": "user", "content": [picture, question]}]
    with local(folder, have) as on:
        assert text_of(on.ask(message(talk, 10))), "no answer"
        contains(notes(on.proxy), "healed:images", "the log")


# ---- numbers ----

def prose(times: int) -> list[Json]:
    return [{"role": "user", "content": "The quick brown fox jumps over the lazy dog. " * times}]


SAMPLES = {
    "prose": {"messages": prose(40)},
    "code": {"messages": [{"role": "user", "content": Path(__file__).read_text()[:6000]}]},
    "JSON": {"messages": [{"role": "user", "content": json.dumps([{
        "id": n, "name": f"item {n}", "price": n * 1.25, "tags": ["a", "b"]}
        for n in range(40)])}]},
    "German": {"messages": [{"role": "user", "content": "Die Größe der Prüfung übertrifft, was wir "
                             "für möglich gehalten hätten; niemand widersprach. " * 20}]},
    "tools": {"messages": ASKED, "tools": [{
        "name": f"get_weather_{n}", "description": "Get the weather of a city. Call it once for "
        "each city that the user names, and never for a country.", "input_schema": {
            "type": "object", "required": ["city"], "properties": {
                "city": {"type": "string", "description": "The name of the city."},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                "days": {"type": "integer", "minimum": 1, "maximum": 14}}}} for n in range(8)]},
}


@in_scenario("llama.cpp count_tokens")
def count_tokens(folder: Path, have: Installed) -> str:
    """Our estimate against its tokenizer. The estimate is made for the vocabularies of large
    models; this one's is small and English, and splits other languages more."""
    ratios: dict[str, float] = {}
    with local(folder, have) as on:
        for name, body in SAMPLES.items():
            path = "/v1/messages/count_tokens"
            ours = on.ask({"model": "claude-opus-5", **body}, path)["input_tokens"]
            _, theirs = ask(on.llama + path, {"model": "smollm2", **body})
            ratios[name] = ours / theirs["input_tokens"]
        assert all(" upstream=- " in line for line in on.proxy.log()), on.proxy.log()
    low = {"German": 0.4, "tools": 0.6}
    assert all(low.get(name, 0.75) < ratio < 1.25 for name, ratio in ratios.items()), ratios
    return "estimated/true: " + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items())


@in_scenario("llama.cpp context overflow")
def overflow(folder: Path, have: Installed) -> str:
    """In Anthropic's words, with the server's numbers, so that clients know what to do."""
    long = message(prose(800))
    with local(folder, have) as on:
        _, count = ask(f"{on.llama}/v1/messages/count_tokens", long)
        for body in (long, {**long, "stream": True}):
            status, answer = ask(f"{on.proxy.url}/v1/messages", body)
            words = answer["error"]["message"]
            equal((status, answer["error"]["type"]), (400, "invalid_request_error"), words)
            equal(words.split(" — ")[0], f"prompt is too long: {count['input_tokens']} tokens > "
                  f"{CONTEXT} maximum", "the error")
    return words


# ---- clients ----

def busy(address: str) -> bool:
    return ask(f"{address}/slots")[1][0]["is_processing"]


@in_scenario("llama.cpp abort")
def abort(folder: Path, have: Installed) -> str:
    """A client leaves in the middle of an answer, and the server's slot is free again."""
    story = [{"role": "user", "content": "Write a very long story about the sea."}]
    body = json.dumps(message(story, 3000, stream=True))
    with local(folder, have) as on:
        connection = http.client.HTTPConnection("127.0.0.1", on.proxy.port)
        connection.request("POST", "/v1/messages", body, {"x-api-key": CLIENT_KEY})
        with connection.sock.makefile("rb") as lines:
            until("the story begins", lambda: b"text_delta" in lines.readline())
        assert busy(on.llama), "the server is idle already"
        begin = time.monotonic()
        connection.close()
        until("the slot is free", lambda: not busy(on.llama), 10)
        took = time.monotonic() - begin
        line, = until("the line in the log", on.proxy.log, 5)
        contains(line, "client_gone", "the log")
    assert took < 3, f"the server went on for {took:.1f} s"
    return f"idle after {took:.1f} s"


@scenario("llama.cpp and Claude Code", "llama claude", alone=True)
def claude_code(folder: Path, have: Installed) -> str:
    """A plain answer of the real model in the real client, with its three smallest tools."""
    with local(folder, have) as on:
        begin = time.monotonic()
        said = claude.run(have.claude, on, "What is the capital of France?", bare=True,
                          CLAUDE_CODE_MAX_OUTPUT_TOKENS="200")
        took = time.monotonic() - begin
        assert not said.result["is_error"], said.text
        contains(said.text, "Paris", "the answer")
        assert said.result["usage"]["input_tokens"] > 500, said.result["usage"]
    return f"{said.text!r:.80} after {took:.1f} s"


@scenario("llama.cpp and all of Claude Code", "llama claude", alone=True)
def all_of_claude_code(folder: Path, have: Installed) -> str:
    """All its tools at once: the server takes each schema, and the window is too small. Claude Code
    reads from the error what is wrong."""
    with local(folder, have) as on:
        said = claude.run(have.claude, on, "Hello")
        equal((said.result["is_error"], said.result["terminal_reason"]),
              (True, "prompt_too_long"), said.text)
        line, = (line for line in on.proxy.log() if "POST /v1/messages " in line)
    return line[line.index(" POST"):]


# ---- its own Anthropic endpoint ----

# Its errors are in the form of the other API.
NOT_ANTHROPICS = {"error.code: number", "error.n_ctx: number", "error.n_prompt_tokens: number"}


def shape(value: Any, at: str = "") -> Iterator[str]:
    """Where each value stands, and its type."""
    kinds = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from shape(inner, f"{at}.{name}" if at else name)
    elif isinstance(value, list):
        for inner in value:
            yield from shape(inner, f"{at}[{inner.get('type', '')}]")
    else:
        yield f"{at}: {kinds[type(value)]}"


def shape_of_events(came: list[Json]) -> set[str]:
    found: set[str] = set()
    for one in came:
        kind = one.get("delta", one.get("content_block", {})).get("type")
        name = f"{one.pop('event')}({kind})" if kind else one.pop("event")
        found |= set(shape(one, name))
    return found


def shapes(address: str) -> dict[str, set[str]]:
    """Of one server, for each kind of answer."""
    url, call = f"{address}/v1/messages", message(ASKED, tools=[WEATHER])
    return {
        "text": set(shape(ask(url, message(CAPITAL))[1])),
        "call": set(shape(ask(url, call)[1])),
        "text stream": shape_of_events(events(url, message(CAPITAL))),
        "call stream": shape_of_events(events(url, call)),
        "overflow": set(shape(ask(url, message(prose(800)))[1])),
        "no messages": set(shape(ask(url, {"model": "claude-opus-5", "max_tokens": 5})[1])),
        "count": set(shape(ask(f"{url}/count_tokens", call)[1])),
    }


@in_scenario("llama.cpp's own endpoint")
def own_endpoint(folder: Path, have: Installed) -> str:
    """The same requests to both: what its Anthropic endpoint says, the proxy says too."""
    with local(folder, have) as on:
        ours, theirs = shapes(on.proxy.url), shapes(on.llama)
    lines = [f"{kind}: {whose} {where}" for kind in ours
             for whose, more in (("only here:", ours[kind] - theirs[kind]),
                                 ("only there:", theirs[kind] - ours[kind]))
             for where in sorted(more)]
    (folder / "differences").write_text("\n".join(lines) + "\n")
    there = {where for kind in ours for where in theirs[kind] - ours[kind]}
    equal(there, NOT_ANTHROPICS, "what only its own endpoint says")
    return f"{len(lines)} differences"
