"""The Responses API of the scripted provider, as strict as OpenAI's: what it refuses, and the
events that the moves of an answer become. Each thought gets a ciphertext, and comes back with it.
"""
from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

FIELDS = set("""model input max_output_tokens stream stream_options parallel_tool_calls
    prompt_cache_key reasoning store include text tools tool_choice""".split())
ITEMS = {
    "message": {"type", "role", "content", "phase"},
    "reasoning": {"type", "summary", "encrypted_content"},
    "function_call": {"type", "call_id", "name", "arguments"},
    "function_call_output": {"type", "call_id", "output"},
}
PARTS = {"user": {"input_text", "input_image", "input_file"}, "developer": {"input_text"},
         "assistant": {"output_text"}}
USAGE = {"input_tokens": 12000, "input_tokens_details": {"cached_tokens": 11000},
         "output_tokens": 20, "output_tokens_details": {"reasoning_tokens": 10},
         "total_tokens": 12020}


# ---- what it refuses ----

def objections(request: Json) -> Iterator[str]:
    yield from (f"Unknown parameter: '{name}'." for name in request.keys() - FIELDS)
    if request.get("store") is not False or \
            request.get("include") != ["reasoning.encrypted_content"]:
        yield "Items are not persisted, and nobody asked for encrypted reasoning"
    if request.get("reasoning", {}).get("effort") in ("none", "minimal"):
        yield f"Unsupported value: '{request['reasoning']['effort']}'"
    if request.get("max_output_tokens", 16) < 16:
        yield "Expected a value >= 16"
    for at, tool in enumerate(request.get("tools", [])):
        if set(tool) - {"type", "name", "description", "parameters", "strict"}:
            yield f"Unknown parameter in tools[{at}]"
        if tool.get("strict") is not False:
            yield f"tools[{at}] would be strict"
    for at, item in enumerate(request["input"]):
        yield from (f"input[{at}]: {wrong}" for wrong in item_objections(item))
    yield from order_objections(request["input"])


def item_objections(item: Json) -> Iterator[str]:
    kind = item["type"]
    yield from (f"Unknown parameter: '{name}'." for name in item.keys() - ITEMS[kind])
    if kind == "message":
        kinds = {part["type"] for part in item["content"]}
        known = PARTS.get(item["role"], set())
        yield from (f"Invalid value: '{one}'." for one in kinds - known)
        if not item["content"]:
            yield "no content"
    if kind == "reasoning" and item.get("encrypted_content") not in ciphers:
        yield "The encrypted content could not be verified."
    elif kind == "reasoning" and [part["text"] for part in item["summary"]] != \
            ciphers[item["encrypted_content"]]:
        yield "another summary than was sent"


def order_objections(items: list[Json]) -> Iterator[str]:
    """Calls and outputs belong together; reasoning stands before what it led to."""
    called = [item["call_id"] for item in items if item["type"] == "function_call"]
    outputs = [item["call_id"] for item in items if item["type"] == "function_call_output"]
    if len(set(called)) < len(called):
        yield f"call ids twice: {called}"
    yield from (f"No tool output found for function call {one}." for one in called
                if one not in outputs)
    yield from (f"No tool call found for function call output with call_id {one}."
                for one in outputs if one not in called)
    for item, after in zip(items, [*items[1:], {}]):
        led = after.get("type") in ("reasoning", "function_call") or \
            after.get("role") == "assistant"
        if item["type"] == "reasoning" and not led:
            yield "reasoning was provided without its required following item."


# ---- an answer's events ----

ciphers: dict[str, list[str]] = {}  # of all that were ever given: the summary's texts


def cipher_of(thought: list[str], salt: int) -> str:
    """As long as those of short thoughts: 800 to 1900 bytes."""
    data = b"".join(hashlib.sha256(f"{salt}{thought}{n}".encode()).digest() for n in range(40))
    made = "gAAAA" + base64.urlsafe_b64encode(data).decode()
    ciphers[made] = thought
    return made


def forget() -> None:
    """As if the key were another account's from now on."""
    ciphers.clear()


class Items:
    """Moves of an answer, one after the other, as events."""

    def __init__(self) -> None:
        self.output: list[Json] = []
        self.open: Json | None = None

    def event(self, name: str, **fields: Any) -> Json:
        at = len(self.output) - 1
        return {"type": f"response.{name}", "output_index": at, "item_id": f"id_{at}", **fields}

    def begin(self, item: Json) -> Iterator[Json]:
        yield from self.end()
        self.output.append(item)
        self.open = item
        yield self.event("output_item.added", item={**item, "id": f"id_{len(self.output) - 1}"})

    def end(self) -> Iterator[Json]:
        item, self.open = self.open, None
        if item is None:
            return
        if item["type"] == "reasoning":
            texts = [part["text"] for part in item["summary"]]
            item["encrypted_content"] = cipher_of(texts, len(ciphers))
        yield self.event("output_item.done", item={**item, "id": f"id_{len(self.output) - 1}"})

    def thought(self, text: str) -> Iterator[Json]:
        """A blank line parts a summary's texts."""
        yield from self.begin({"type": "reasoning", "summary": []})
        for number, part in enumerate(text.split("\n\n") if text else []):
            self.output[-1]["summary"].append({"type": "summary_text", "text": part})
            yield self.event("reasoning_summary_text.delta", summary_index=number, delta=part)

    def word(self, text: str) -> Iterator[Json]:
        if self.open is None or self.open["type"] != "message":
            yield from self.begin({"type": "message", "role": "assistant", "phase": "commentary",
                                   "content": [{"type": "output_text", "text": ""}]})
        self.output[-1]["content"][0]["text"] += text
        yield self.event("output_text.delta", content_index=0, delta=text)

    def piece(self, call: Json) -> Iterator[Json]:
        if "id" in call:
            yield from self.begin({"type": "function_call", "call_id": call["id"],
                                   "name": call["function"]["name"], "arguments": ""})
        elif call["function"]["arguments"]:
            self.output[-1]["arguments"] += call["function"]["arguments"]
            yield self.event("function_call_arguments.delta",
                             delta=call["function"]["arguments"])

    def delta(self, fields: Json) -> Iterator[Json]:
        if "reasoning_content" in fields:
            yield from self.thought(fields["reasoning_content"])
        if "content" in fields:
            yield from self.word(fields["content"])
        for call in fields.get("tool_calls", []):
            yield from self.piece(call)

    def response(self, status: str) -> Json:
        return {"type": f"response.{'created' if status == 'in_progress' else status}",
                "response": {"id": "resp_same", "object": "response", "status": status,
                             "error": None, "usage": USAGE if self.output else None,
                             "output": self.output}}


def whole(answer: list[tuple[str, Any]]) -> Json:
    """The same answer, not streamed."""
    items = Items()
    for kind, value in answer:
        if kind == "delta":
            list(items.delta(value))
    list(items.end())
    return items.response("completed")["response"]


def line(event: Json) -> str:
    return json.dumps(event, ensure_ascii=False)
