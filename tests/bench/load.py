"""Requests as Claude Code sends them, of any size, the same each time."""
from __future__ import annotations

import functools
import json
import random
from base64 import b64encode
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@functools.cache
def prose() -> str:
    """Code and English: our own."""
    return "".join(path.read_text() for path in [*sorted((ROOT / "doc").glob("*.md")),
                                                 *sorted((ROOT / "convert").rglob("*.c"))])


def cut(at: int, length: int) -> str:
    at %= len(prose()) - length
    return prose()[at:at + length]


def tool(number: int) -> dict[str, Any]:
    at = number * 2000
    properties = {f"parameter_{i}": {"type": "string", "description": cut(at + 130 * i, 120)}
                  for i in range(6)}
    return {"name": f"Tool{number}", "description": cut(at, 1800),
            "input_schema": {"type": "object", "properties": properties,
                             "required": ["parameter_0"], "additionalProperties": False,
                             "$schema": "http://json-schema.org/draft-07/schema#"}}


def turn(number: int, tools: int) -> list[dict[str, Any]]:
    """A call and its result."""
    call = {"type": "tool_use", "id": f"toolu_{number:06}", "name": f"Tool{number % tools}",
            "input": {"parameter_0": f"/src/{number}.c", "parameter_1": cut(number * 300, 300)}}
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": cut(number * 2600, 2600)}
    return [{"role": "assistant", "content": [{"type": "text", "text": "I look."}, call]},
            {"role": "user", "content": [result]}]


def picture_of(size: int) -> dict[str, Any]:
    data = b64encode(random.Random(1).randbytes(size // 4 * 3)).decode()
    return {"type": "image",
            "source": {"type": "base64", "media_type": "image/png", "data": data}}


def text_of(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


@functools.cache
def request(size: int, tools: int = 25, picture: int = 0) -> bytes:
    """A conversation of about that many bytes, besides the picture. Of 0: one word, no tools."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
    body = {"model": "claude-sonnet-5-5", "max_tokens": 1000, "stream": True,
            "messages": messages}
    if size:
        body |= {"system": [{"type": "text", "text": cut(0, 12_000),
                             "cache_control": {"type": "ephemeral"}}],
                 "tools": [tool(i) for i in range(tools)]}
    if picture:
        messages[0]["content"] = [{"type": "text", "text": "See."}, picture_of(picture)]
    left = size - len(text_of(body)) + picture
    for number in range(1_000_000):
        if left <= 0:
            break
        messages += (more := turn(number, tools))
        left -= len(text_of({"": more}))
    return text_of(body)
