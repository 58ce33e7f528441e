"""The official Python SDK at work: a JSON list of tasks on stdin, what the SDK gave on stdout.

A task has `do` (a function below), `params` of the request, and may have `beta`, a `key`, a
`query`, `timeout` in seconds and `max_retries` (0 unless given). kit.mjs takes the same tasks.
"""
from __future__ import annotations

import json
import sys
import time
from typing import Any

import anthropic
from anthropic import Anthropic as Client, beta_tool

Json = dict[str, Any]


@beta_tool
def weather(city: str) -> str:
    """The weather of a city.

    Args:
        city: its name
    """
    return f"Snow in {city}."


@beta_tool
def divide(a: int, b: int) -> str:
    """Divides two numbers.

    Args:
        a: what is divided
        b: by what
    """
    return str(a // b)


def plain(value: Any) -> Json:
    return value.model_dump(mode="json", exclude_unset=True)


def create(client: Client, messages: Any, params: Json) -> Json:
    message = messages.create(**params)
    return {"message": plain(message), "request_id": message._request_id}


def stream(client: Client, messages: Any, params: Json) -> Json:
    raw = ("message_start", "content_block_start", "content_block_delta", "content_block_stop",
           "message_delta", "message_stop")
    with messages.stream(**params) as running:
        events = list(running)
        return {
            "message": plain(running.get_final_message()), "request_id": running.request_id,
            "events": [event.type for event in events if event.type in raw],
            "text": "".join(event.text for event in events if event.type == "text"),
            "thinking": "".join(event.thinking for event in events if event.type == "thinking"),
        }


def count(client: Client, messages: Any, params: Json) -> Json:
    return plain(messages.count_tokens(**params))


def models(client: Client, messages: Any, params: Json) -> Json:
    resource = client.beta.models if messages is client.beta.messages else client.models
    found = [plain(model) for model in resource.list(**params)]
    return {"models": found, "again": [plain(resource.retrieve(model["id"])) for model in found]}


def model(client: Client, messages: Any, params: Json) -> Json:
    return plain(client.models.retrieve(params["id"]))


def batches(client: Client, messages: Any, params: Json) -> Json:
    return {"batches": [plain(batch) for batch in messages.batches.list()]}


def parse(client: Client, messages: Any, params: Json) -> Json:
    """Structured output, with what the SDK makes of a type."""
    from pydantic import BaseModel

    class City(BaseModel):
        name: str
        people: int

    message = messages.parse(output_format=City, **params)
    return {"parsed": message.parsed_output.model_dump(), "text": message.content[0].text}


def runner(client: Client, messages: Any, params: Json) -> Json:
    running = client.beta.messages.tool_runner(tools=[weather, divide], **params)
    if params.get("stream"):
        return {"messages": [plain(one.get_final_message()) for one in running]}
    return {"messages": [plain(one) for one in running]}


def thread(client: Client, messages: Any, params: Json) -> Json:
    """A conversation that the server is asked to keep."""
    said = params.pop("messages")
    kept = client.beta.messages.thread(**params)
    return {"messages": [plain(kept.send(message)) for message in said]}


def abort(client: Client, messages: Any, params: Json) -> Json:
    """Leaves at the first word of an answer."""
    with messages.stream(**params) as running:
        for _ in running.text_stream:
            break
        at = time.monotonic()
    return {"left": at}


def several(client: Client, messages: Any, params: Json) -> Json:
    """Tasks one after the other, all by one client."""
    return {"answers": [TASKS[task["do"]](client, messages, task["params"])
                        for task in params["tasks"]]}


TASKS = {task.__name__: task for task in (create, stream, count, models, model, batches, parse,
                                          runner, thread, abort, several)}


def work(task: Json, base_url: str, key: str) -> Json:
    requests: list[str] = []
    begin = time.monotonic()
    watched = anthropic.DefaultHttpxClient(event_hooks={"request": [
        lambda request: requests.append(request.url.raw_path.decode())]})
    client = Client(
        base_url=base_url, api_key=task.get("key", key), default_query=task.get("query"),
        timeout=task.get("timeout", 30), max_retries=task.get("max_retries", 0),
        http_client=watched)
    messages = client.beta.messages if task.get("beta") else client.messages
    try:
        answer = TASKS[task["do"]](client, messages, task.get("params", {}))
    except anthropic.APIError as error:
        body = error.body if isinstance(error.body, dict) else {}
        answer = {"error": type(error).__name__, "type": (body.get("error") or {}).get("type"),
                  "words": str(error), "request_id": getattr(error, "request_id", None)}
    return {**answer, "requests": requests, "took": time.monotonic() - begin}


if __name__ == "__main__":
    json.dump([work(task, *sys.argv[1:3]) for task in json.load(sys.stdin)], sys.stdout)
