"""The official SDKs, TypeScript and Python, against the scripted upstream.

kit.mjs and kit.py do the same tasks, each with its SDK; each scenario here is played with both.
"""
from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coding import PDF, PNG
from install import Installed
from scenarios import scenario
from stage import (CLIENT_KEY, Stage, all_text, arguments_of, contains, equal, grows, process,
                   result_of, results_in, stage, text_of, turn_with)
from upstream import Answer, Json, Script, call, calls, done, say, text, think

HERE = Path(__file__).parent
PATIENCE = 100  # seconds that one run may take
REQUEST = {"model": "claude-sonnet-5", "max_tokens": 2000}


@dataclass
class Kit:
    """One SDK."""
    language: str
    command: list[str | Path]

    def ask(self, on: Stage, *tasks: Json) -> list[Json]:
        """What the SDK gave for each task."""
        program, *options = self.command
        command = [program, HERE / options[0], on.proxy.url, CLIENT_KEY, *options[1:]]
        env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(on.folder),
               "NO_PROXY": "127.0.0.1", "PYTHONDONTWRITEBYTECODE": "1"}
        errors = on.folder / "kit.err"
        with errors.open("ab") as stderr, process(command, env=env, cwd=on.folder, stdin=-1,
                                                  stdout=-1, stderr=stderr) as child:
            out = child.communicate(json.dumps(tasks).encode(), timeout=PATIENCE)[0]
        assert child.returncode == 0, errors.read_text()[-2000:]
        return json.loads(out)


def typescript(have: Installed) -> Kit:
    return Kit("TypeScript", ["node", "kit.mjs", have.node or ""])


def python(have: Installed) -> Kit:
    return Kit("Python", [have.python or "", "kit.py"])


def with_both(name: str) -> Callable[[Callable[[Path, Kit], str | None]], None]:
    """Enters a scenario for each SDK."""
    def enter(play: Callable[[Path, Kit], str | None]) -> None:
        scenario(f"SDK {name}, TypeScript", "node")(
            lambda folder, have: play(folder, typescript(have)))
        scenario(f"SDK {name}, Python", "python")(
            lambda folder, have: play(folder, python(have)))
    return enter


def task(do: str, words: Any = "Hi", beta: bool = False, **params: Any) -> Json:
    """A request with one message."""
    return {"do": do, "beta": beta,
            "params": {**REQUEST, "messages": [{"role": "user", "content": words}], **params}}


def by_words(answers: dict[str, Answer]) -> Script:
    """An answer for each last message."""
    return lambda request, number: list(answers[text_of(request["messages"][-1])])


# ---- answers ----

WORDS = "Grüße: “quoted” \\ 世界 🎉\n\n    indented, a tab:\t."
LARGE = "".join(f'{n}: "grüße" \\n \\u00e9 世界 🎉 </x>\n' for n in range(1000))
CACHED = {"prompt_tokens": 1000, "completion_tokens": 7, "total_tokens": 1007,
          "prompt_tokens_details": {"cached_tokens": 900}}
SAID = {
    "text": text(WORDS),
    "thinking": think("Hm, ") + think("so.") + text("Therefore."),
    "calls": think("Two.") + say("Let me.") + calls(
        call("call_1", "weather", {"city": "Zürich “ZH”"}, size=3),
        call("call_2", "write", {"content": LARGE, "n": 9007199254740991, "list": [0.5, None]},
             index=1, size=97)),
    "no arguments": calls(call("call_1", "list", {})),
    "length": say("Half a sen") + done("length"),
    "filter": say("I can") + done("content_filter"),
    "cached": say("Quick.") + done(usage=CACHED),
    "nothing": done(),
}
STOPS = {"calls": "tool_use", "no arguments": "tool_use", "length": "max_tokens",
         "filter": "refusal"}
GRAMMAR = re.compile(r"message_start (content_block_start (content_block_delta )*"
                     r"content_block_stop )*message_delta message_stop")


def without_id(message: Json) -> Json:
    """And without what the SDKs fill in where nothing came."""
    own = {"parsed_output": None, "stop_details": None}
    return {name: value for name, value in message.items()
            if name != "id" and (name not in own or value is not None)}


def message_of(answer: Json) -> Json:
    assert "message" in answer, answer
    return answer["message"]


def said(message: Json) -> str:
    return "".join(one["text"] for one in message["content"] if one["type"] == "text")


@with_both("create and stream")
def create_and_stream(folder: Path, kit: Kit) -> None:
    """The message that a stream makes is the one that comes whole."""
    thinking = {"type": "enabled", "budget_tokens": 1024}
    with stage(folder, by_words(SAID), BIG_MODEL="big-model") as on:
        asked = [task(do, words, thinking=thinking) for words in SAID
                 for do in ("create", "stream")]
        answers = kit.ask(on, *asked)
        for words, whole, streamed in zip(SAID, answers[::2], answers[1::2]):
            message = message_of(whole)
            equal(without_id(message_of(streamed)), without_id(message), words)
            equal(message["stop_reason"], STOPS.get(words, "end_turn"), words)
            equal(message["model"], "claude-sonnet-5", "the model")
            assert GRAMMAR.fullmatch(" ".join(streamed["events"])), streamed["events"]
        ids = [answer["message"]["id"] for answer in answers]
        equal(len(set(ids)), len(asked), "different ids")
        assert all(re.fullmatch("msg_[0-9A-Za-z]{24}", one) for one in ids), ids
        requests = {answer["request_id"] for answer in answers}
        equal(requests, {line.split()[0] for line in on.proxy.log()}, "request ids of the log")
        by_name = dict(zip(SAID, answers[1::2]))
        equal(by_name["text"]["text"], WORDS, "text")
        equal(by_name["thinking"]["thinking"], "Hm, so.", "thinking")
        calls_made = by_name["calls"]["message"]["content"]
        equal([one["type"] for one in calls_made],
              ["thinking", "text", "tool_use", "tool_use"], "blocks")
        equal(calls_made[2]["input"], {"city": "Zürich “ZH”"}, "input")
        equal(calls_made[3]["input"],
              {"content": LARGE, "n": 9007199254740991, "list": [0.5, None]}, "input")
        usage = by_name["cached"]["message"]["usage"]
        equal((usage["input_tokens"], usage["cache_read_input_tokens"], usage["output_tokens"]),
              (100, 900, 7), "usage")


# ---- tools ----

def loop(request: Json, number: int) -> Answer:
    """Two calls at once, one more, and an end."""
    results = results_in(request)
    if not results:
        return say("I look.") + calls(call("call_1", "weather", {"city": "Zürich"}),
                                      call("call_2", "divide", {"a": 1, "b": 0}, index=1))
    if len(results) == 2:
        return calls(call("call_3", "divide", {"a": 7, "b": 2}))
    return text("Snow, and 3.")


@with_both("tool runner")
def tool_runner(folder: Path, kit: Kit) -> None:
    """The SDK's own loop, as it comes (it asks for a thread), streamed, and without a thread."""
    with stage(folder, loop) as on:
        answers = kit.ask(on, task("runner"), task("runner", stream=True),
                          task("runner", thread=False))
        for answer in answers:
            assert "error" not in answer, answer
            equal([one["stop_reason"] for one in answer["messages"]],
                  ["tool_use", "tool_use", "end_turn"], "turns")
            equal(said(answer["messages"][-1]), "Snow, and 3.", "the last words")
        equal(len(on.upstream.asked), 9, "requests upstream")
        # The thread is refused twice, then the SDK goes on without.
        equal([len(answer["requests"]) for answer in answers], [5, 5, 3], "requests to the proxy")
        for at in range(0, 9, 3):
            grows(on.upstream.asked[at:at + 3])
            last = on.upstream.asked[at + 2]
            equal(result_of(last, "call_1"), "Snow in Zürich.", "a result")
            contains(result_of(last, "call_2"), "by zero", "a result")
            equal(result_of(last, "call_3"), "3", "a result")
            equal(arguments_of(last, "call_2"), {"a": 1, "b": 0}, "arguments")
            equal(len(turn_with(last, "call_1")["tool_calls"]), 2, "calls of a turn")
            names = [tool["function"]["name"] for tool in last["tools"]]
            equal(names, ["weather", "divide"], "tools")


@with_both("threads")
def threads(folder: Path, kit: Kit) -> None:
    """No conversation is kept here; the SDK hears so, and sends all of it."""
    with stage(folder, lambda request, number: text(f"Answer {number}.")) as on:
        asked = [{"role": "user", "content": f"Question {number}."} for number in (1, 2, 3)]
        answer, = kit.ask(on, task("thread", messages=asked, system="Be short."))
        assert "error" not in answer, answer
        equal([said(one) for one in answer["messages"]],
              ["Answer 1.", "Answer 2.", "Answer 3."], "answers")
        grows(on.upstream.asked)
        equal([text_of(message) for message in on.upstream.asked[2]["messages"]],
              ["Be short.", "Question 1.", "Answer 1.", "Question 2.", "Answer 2.",
               "Question 3."], "the conversation")


@with_both("structured output")
def structured(folder: Path, kit: Kit) -> None:
    value = {"name": "Zürich “ZH”", "people": 436332}
    with stage(folder, lambda request, number: text(json.dumps(value, ensure_ascii=False))) as on:
        answer, = kit.ask(on, task("parse"))
        assert "error" not in answer, answer
        equal(answer["parsed"], value, "what the SDK made of it")
        format = on.upstream.asked[0]["response_format"]
        equal(format["type"], "json_schema", "response_format")
        schema = format["json_schema"]["schema"]
        equal((set(schema["properties"]), schema["required"], schema["additionalProperties"]),
              ({"name", "people"}, ["name", "people"], False), "the schema")


# ---- the other endpoints ----

@with_both("count_tokens")
def count_tokens(folder: Path, kit: Kit) -> str:
    """An estimate made here: more content, more tokens; nothing is asked upstream."""
    tool = {"name": "weather", "description": "The weather of a city.", "input_schema": {
        "type": "object", "properties": {"city": {"type": "string", "description": "its name"}}}}
    image = in_base64("image", "image/png", base64.b64encode(PNG).decode())
    hi = [{"role": "user", "content": "Hi"}]
    long = [{"role": "user", "content": "The quick brown fox jumps over the lazy dog. " * 100}]
    bodies = [{"messages": hi}, {"messages": hi, "system": "Answer in one short sentence."},
              {"messages": hi, "tools": [tool]}, {"messages": long},
              {"messages": [{"role": "user", "content": [image, {"type": "text", "text": "Hi"}]}]}]
    with stage(folder, lambda request, number: text("Never.")) as on:
        answers = kit.ask(on, *({"do": "count", "beta": beta,
                                 "params": {"model": "claude-sonnet-5", **body}}
                                for beta in (False, True) for body in bodies))
        counts = [answer["input_tokens"] for answer in answers]
        equal(counts[5:], counts[:5], "with ?beta=true")
        small, system, tools, large, picture = counts[:5]
        assert small < 15 and small + 5 <= system < small + 20, counts
        assert small + 20 < tools < small + 100 and 1600 < picture < 1700, counts
        assert 900 < large < 1200, counts
        equal(on.upstream.asked, [], "requests upstream")
    return f"{counts[:5]}"


@with_both("models")
def models(folder: Path, kit: Kit) -> None:
    """A list, each model by its id, and each id works as a model."""
    names = {"BIG_MODEL": "big", "MIDDLE_MODEL": "middle", "SMALL_MODEL": "small"}
    with stage(folder, lambda request, number: text(request["model"]), **names) as on:
        plain, beta, none = kit.ask(on, {"do": "models"}, {"do": "models", "beta": True},
                                    {"do": "model", "params": {"id": "none/of such"}})
        equal(plain["again"], plain["models"], "one by one")
        equal(beta["models"], plain["models"], "with ?beta=true")
        equal((none["error"], none["type"]), ("NotFoundError", "not_found_error"), "no such model")
        ids = [model["id"] for model in plain["models"]]
        answers = kit.ask(on, *(task("create", model=one) for one in ids))
        equal(dict(zip(ids, (said(message_of(answer)) for answer in answers))), {
            "claude-opus-proxy": "big", "claude-sonnet-proxy": "middle",
            "claude-haiku-proxy": "small", "big": "big", "middle": "middle", "small": "small"},
            "where each id leads")


@with_both("beta")
def beta(folder: Path, kit: Kit) -> None:
    """Any name of a beta, ?beta=true as older SDKs send it, and what only betas have: nothing of
    it reaches the upstream."""
    new = {"betas": ["context-management-2025-06-27", "of-tomorrow-2030-01-01"],
           "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
           "metadata": {"user_id": "somebody"},
           "messages": [{"role": "user", "content": [{
               "type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}]},
               {"role": "system", "content": "Be brief."}]}
    with stage(folder, lambda request, number: text("Hello.")) as on:
        query = {"query": {"beta": "true"}}
        answers = kit.ask(on, task("create", beta=True, **new),
                          {**task("create", beta=True, **new), **query},
                          {**task("stream", beta=True, **new), **query})
        equal([answer["requests"] for answer in answers],
              [["/v1/messages"], ["/v1/messages?beta=true"], ["/v1/messages?beta=true"]], "paths")
        for answer in answers:
            equal(said(message_of(answer)), "Hello.", "the answer")
        contains(all_text(on.upstream.asked[0]), "Be brief.", "the conversation")


# ---- content ----

def in_base64(type: str, media_type: str, data: str) -> Json:
    return {"type": type, "source": {"type": "base64", "media_type": media_type, "data": data}}


@with_both("images")
def images(folder: Path, kit: Kit) -> None:
    png, pdf = base64.b64encode(PNG).decode(), base64.b64encode(PDF).decode()
    picture = in_base64("image", "image/png", png)
    elsewhere = {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}
    paper = in_base64("document", "application/pdf", pdf)
    use = {"type": "tool_use", "id": "call_1", "name": "look", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "call_1", "content": [
        {"type": "text", "text": "Here."}, picture]}
    talk = [{"role": "user", "content": "Look."}, {"role": "assistant", "content": [use]},
            {"role": "user", "content": [result]}]
    with stage(folder, lambda request, number: text("Seen.")) as on:
        answers = kit.ask(on, task("create", [picture, elsewhere, paper]),
                          task("stream", messages=talk, tools=[
                              {"name": "look", "input_schema": {"type": "object"}}]))
        assert all(said(message_of(answer)) == "Seen." for answer in answers)
        first, second = on.upstream.asked
        parts = first["messages"][0]["content"]
        equal([part["image_url"]["url"] for part in parts if part["type"] == "image_url"],
              [f"data:image/png;base64,{png}", "https://example.org/a.png"], "images")
        equal([part["file"]["file_data"] for part in parts if part["type"] == "file"],
              [f"data:application/pdf;base64,{pdf}"], "documents")
        equal(result_of(second, "call_1").startswith("Here."), True, "the result's text")
        contains(json.dumps(second["messages"]), f"data:image/png;base64,{png}", "its image")


@with_both("thinking")
def thinking(folder: Path, kit: Kit) -> None:
    """A message goes back as it came, and the provider's own reasoning with it, byte for byte."""
    thought = "Thought: ‘é’\n\n  – and so on. "

    def script(request: Json, number: int) -> Answer:
        if not results_in(request):
            return think(thought) + calls(call("call_1", "weather", {"city": "Zürich"}))
        equal(turn_with(request, "call_1")["reasoning_content"], thought, "what came back")
        return text("Snow.")

    tools = [{"name": "weather", "input_schema": {"type": "object"}}]
    options = {"tools": tools, "thinking": {"type": "adaptive"}}
    with stage(folder, script, PROVIDER="deepseek", BIG_MODEL="deepseek-v4-pro") as on:
        for do in ("create", "stream"):
            answer, = kit.ask(on, task(do, **options))
            content = message_of(answer)["content"]
            equal(content[0]["thinking"], thought, "the thinking")
            result = {"type": "tool_result", "tool_use_id": content[1]["id"], "content": "Snow."}
            talk = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": content},
                    {"role": "user", "content": [result]}]
            answer, = kit.ask(on, task(do, messages=talk, **options))
            equal(said(message_of(answer)), "Snow.", "the answer")
