"""Claude Code with a provider that is asked by the Responses API, and keeps nothing itself."""
from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import claude
import responses
from coding import PNG, bash
from install import Installed
from scenarios import scenario
from stage import Stage, contains, equal, stage, until
from upstream import Answer, Json, call, calls, refuse, say, text, think, wait

TURNS = 10
ASKED = {"PROVIDER": "openai", "UPSTREAM_API": "responses", "BIG_MODEL": "gpt-6-astra"}


def said_in(request: Json) -> str:
    """All texts of its messages."""
    return "\n".join(part.get("text", "") for item in request["input"]
                     if item["type"] == "message" for part in item["content"])


def outputs_in(request: Json) -> dict[str, Any]:
    return {item["call_id"]: item["output"] for item in request["input"]
            if item["type"] == "function_call_output"}


def kinds_in(items: list[Json]) -> list[str]:
    short = {"message": "says", "function_call": "calls", "reasoning": "thinks",
             "function_call_output": "gets"}
    return [item.get("role", short[item["type"]]) if item.get("role") != "assistant" else "says"
            for item in items]


def stays(requests: list[Json]) -> None:
    """Each begins as the one before it, but for what the client adds to its last message."""
    for earlier, later in zip(requests, requests[1:]):
        kept = earlier["input"][:-1]
        equal(later["input"][:len(kept)], kept, "what was said")
        equal(later["tools"], earlier["tools"], "the tools")


def carried(on: Stage) -> str:
    """What the state costs: of the last request, and of the one that the client made of it."""
    last = on.upstream.asked[-1]
    state = [item for item in last["input"] if item["type"] == "reasoning"]
    ciphers = sum(len(item["encrypted_content"]) for item in state)
    size = len(json.dumps(last, ensure_ascii=False, separators=(",", ":")).encode())
    lines = [line for line in on.proxy.log() if " POST /v1/messages" in line and "bytes=" in line]
    came = lines[-1].split("bytes=")[1].split("/")[0]
    return (f"{len(state)} thoughts of {ciphers} bytes came back in {size} bytes, "
            f"from a request of {came}")


@scenario("Responses: ten turns", "claude")
def ten_turns(folder: Path, have: Installed) -> str:
    """Reasoning, silent and shown, parallel calls, a picture in a result."""
    picture = folder / "work" / "p.png"
    picture.parent.mkdir()
    picture.write_bytes(PNG)

    def script(request: Json, number: int) -> Answer:
        if number == TURNS:
            return think("Enough.") + text("Ten turns.")
        work = bash(f"call_{number}b", f"echo {number}b", index=1)
        first = call("call_3", "Read", {"file_path": str(picture)}) if number == 3 else \
            bash(f"call_{number}", f"echo {number}")
        return think(f"Thought {number}.\n\n**And** so “on”.") + say("I work.") + \
            think("") + calls(first, work)

    with stage(folder, script, **ASKED) as on:
        said = claude.run(have.claude, on, "Work")
        claude.well(said, "Ten turns.")
        equal(len(on.upstream.asked), TURNS, "requests")
        last = on.upstream.asked[-1]
        outputs = outputs_in(last)
        equal(len(outputs), 2 * (TURNS - 1), "outputs")
        equal([outputs[f"call_{n}b"] for n in range(1, TURNS)],
              [f"{n}b" for n in range(1, TURNS)], "outputs")
        pictures = [part["image_url"] for part in outputs["call_3"]
                    if part["type"] == "input_image"]
        equal(pictures, ["data:image/png;base64," + base64.b64encode(PNG).decode()], "pictures")
        turn = ["thinks", "says", "thinks", "calls", "calls", "gets", "gets"]
        kinds = kinds_in(last["input"])
        begin = kinds.index("thinks")
        equal([kind for kind in kinds[begin:] if kind not in ("user", "developer")],
              turn * (TURNS - 1), "the order of generation")
        equal([one["thinking"] for one in claude.blocks(said, "thinking")][:2],
              ["Thought 1.\n\n**And** so “on”.", "Thought 2.\n\n**And** so “on”."],
              "the thoughts that were shown")
        assert all(item.get("phase") == "commentary" for item in last["input"]
                   if item.get("role") == "assistant"), "a phase is lost"
        stays(on.upstream.asked)
        return carried(on)


@scenario("Responses: resume", "claude")
def resume(folder: Path, have: Installed) -> None:
    def script(request: Json, number: int) -> Answer:
        if number in (1, 3):
            return think(f"Thought {number}.") + calls(bash(f"call_{number}", f"echo {number}"))
        return think(f"Thought {number}.") + text(f"Done {number}.")

    with stage(folder, script, **ASKED) as on:
        claude.well(claude.run(have.claude, on, "Work"), "Done 2.")
        claude.well(claude.run(have.claude, on, "Once more", "-c", name="again"), "Done 4.")
        thoughts = [part["text"] for item in on.upstream.asked[-1]["input"]
                    if item["type"] == "reasoning" for part in item["summary"]]
        equal(thoughts, ["Thought 1.", "Thought 2.", "Thought 3."], "the thoughts")


@scenario("Responses: interrupted", "claude")
def interrupted(folder: Path, have: Installed) -> None:
    """The user stops it behind a thought: what that led to never came, so it does not go back."""
    def script(request: Json, number: int) -> Answer:
        if number == 2:
            return think("Never mind.\n\nReally.") + think("") + wait(30) + text("Too late.")
        if number == 1:
            return think("First.") + calls(bash("call_1", "echo 1"))
        return text("Gone on.")

    with stage(folder, script, **ASKED) as on:
        with claude.start(have.claude, on, "Work", "--include-partial-messages") as one:
            until("the thought is shown", lambda: "Really." in one.out.read_text())
            one.child.send_signal(2)
            one.child.wait(30)
        until("the provider is left", lambda: on.upstream.gone)
        claude.well(claude.run(have.claude, on, "Go on", "-c", name="again"), "Gone on.")
        last = on.upstream.asked[-1]
        contains(said_in(last), "Go on", "the prompt")
        equal(outputs_in(last), {"call_1": "1"}, "outputs")


@scenario("Responses: compaction", "claude")
def compaction(folder: Path, have: Installed) -> None:
    def script(request: Json, number: int) -> Answer:
        if number == 2:
            return refuse(400, "Your input exceeds the context window of this model. Please adjust "
                          "your input and try again.", "context_length_exceeded")
        answers = {1: "One.", 3: "<summary>They said hello.</summary>"}
        return think(f"Thought {number}.") + text(answers.get(number, "After compaction."))

    with stage(folder, script, **ASKED) as on:
        claude.well(claude.run(have.claude, on, "Hello"), "One.")
        said = claude.run(have.claude, on, "And now this", "-c", name="again")
        claude.well(said, "After compaction.")
        equal((claude.compactions(said), len(on.upstream.asked)), (1, 4), "compactions, requests")
        contains(said_in(on.upstream.asked[3]), "They said hello.", "the compacted history")
        claude.well(claude.run(have.claude, on, "On", "-c", name="on"), "After compaction.")


@scenario("Responses: another key", "claude", alone=True)  # all ciphertexts are forgotten
def another_key(folder: Path, have: Installed) -> None:
    """Ciphertexts of another account are refused; without them the session goes on."""
    def script(request: Json, number: int) -> Answer:
        return think(f"Thought {number}.") + text(f"Answer {number}.")

    with stage(folder, script, **ASKED) as on:
        claude.well(claude.run(have.claude, on, "One"), "Answer 1.")
        responses.forget()
        claude.well(claude.run(have.claude, on, "Two", "-c", name="again"), "Answer 3.")
        equal([len([item for item in request["input"] if item["type"] == "reasoning"])
               for request in on.upstream.asked], [0, 1, 0], "thoughts that were sent")
        equal([wrong.split(": ")[1] for wrong in on.upstream.wrong],
              ["The encrypted content could not be verified."], "what was refused")
        on.upstream.wrong.clear()
