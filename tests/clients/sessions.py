"""Claude Code over several requests and runs: state that must return, resumption, crowds."""
from __future__ import annotations

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import claude
from coding import bash
from kept import connections
from install import Installed
from scenarios import scenario
from stage import all_text, contains, equal, grows, holds, results_in, stage, turn_with
from upstream import Answer, Json, call, calls, refuse, text, think


@scenario("thinking for DeepSeek", "claude")
def deepseek(folder: Path, have: Installed) -> None:
    """It refuses a history whose turns with calls lack their reasoning."""
    thoughts = {f"call_{n}": f"Thought {n}: ‘{'é' * n}’\n\n  – and so on. " for n in (1, 2)}

    def script(request: Json, number: int) -> Answer:
        for message in request["messages"]:
            for one in message.get("tool_calls", []):
                equal(message.get("reasoning_content"), thoughts[one["id"]], "the reasoning")
        if number > 2:
            return think("Enough.") + text("Both done.")
        return think(thoughts[f"call_{number}"]) + calls(bash(f"call_{number}", f"echo {number}"))

    with stage(folder, script, PROVIDER="deepseek", BIG_MODEL="deepseek-v4-pro") as on:
        said = claude.run(have.claude, on, "Think, then work")
        claude.well(said, "Both done.")
        equal([one["thinking"] for one in claude.blocks(said, "thinking")],
              [*thoughts.values(), "Enough."], "the thoughts that were shown")
        equal(len(on.upstream.asked), 3, "requests")
        equal(on.upstream.asked[0]["thinking"], {"type": "enabled"}, "thinking")
        # The session goes on in another process.
        claude.well(claude.run(have.claude, on, "Once more", "-c", name="again"), "Both done.")
        last = on.upstream.asked[-1]
        equal(turn_with(last, "call_1")["reasoning_content"], thoughts["call_1"], "after -c")
        equal(results_in(last), {"call_1": "1", "call_2": "2"}, "results after -c")


def signature(number: int) -> Json:
    data = bytes([number]) + bytes(range(256)) * 8
    return {"google": {"thought_signature": base64.b64encode(data).decode()}}


@scenario("thinking for Gemini", "claude")
def gemini(folder: Path, have: Installed) -> None:
    """It signs the first of a turn's calls, and refuses that one without the signature."""
    def script(request: Json, number: int) -> Answer:
        turns = [one["tool_calls"] for one in request["messages"] if "tool_calls" in one]
        for at, made in enumerate(turns, 1):
            equal(made[0].get("extra_content"), signature(at), "the signature")
            assert "extra_content" not in made[1], "a signature that nobody gave"
        if number > 2:
            return text("Both done.")
        signed = call(f"call_{number}", "Bash", {"command": f"echo {number}", "description": "d"},
                      extra_content=signature(number))
        return calls(signed, bash(f"call_{number}b", f"echo {number}b", index=1))

    with stage(folder, script, PROVIDER="gemini", BIG_MODEL="gemini-3-pro") as on:
        claude.well(claude.run(have.claude, on, "Work"), "Both done.")
        equal(len(on.upstream.asked), 3, "requests")
        claude.well(claude.run(have.claude, on, "Once more", "-c", name="again"), "Both done.")
        equal(results_in(on.upstream.asked[-1]),
              {"call_1": "1", "call_1b": "1b", "call_2": "2", "call_2b": "2b"}, "results after -c")


@scenario("resume", "claude")
def resume(folder: Path, have: Installed) -> None:
    with stage(folder, lambda request, number: text(f"Answer {number}.")) as on:
        first = claude.run(have.claude, on, "Question one")
        claude.well(first, "Answer 1.")
        again = claude.run(have.claude, on, "Question two", "--resume",
                           first.result["session_id"], name="again")
        claude.well(again, "Answer 2.")
        grows(on.upstream.asked)
        before, after = on.upstream.asked
        words = all_text(after)
        order = [words.index(one) for one in ("Question one", "Answer 1.", "Question two")]
        equal(order, sorted(order), "order")
        equal(after.get("prompt_cache_key"), before.get("prompt_cache_key"), "prompt_cache_key")


@scenario("the same call id every turn", "claude")
def same_id(folder: Path, have: Installed) -> None:
    """Some servers number their calls from 0 in each answer; Claude Code would lose the second."""
    def script(request: Json, number: int) -> Answer:
        if number > 3:
            return text("Three done.")
        return calls(bash("call_0", f"echo turn {number}"))

    with stage(folder, script) as on:
        claude.well(claude.run(have.claude, on, "Three times"), "Three done.")
        equal(list(results_in(on.upstream.asked[-1]).values()), ["turn 1", "turn 2", "turn 3"],
              "results")


@scenario("context overflow", "claude")
def overflow(folder: Path, have: Installed) -> None:
    """Claude Code reads from the error that the window is full, compacts, and goes on by itself."""
    def script(request: Json, number: int) -> Answer:
        if number == 2:
            return refuse(400, "This model's maximum context length is 128000 tokens. However, "
                          "your messages resulted in 130512 tokens.", "context_length_exceeded")
        answers = {1: "One.", 3: "<summary>They said hello.</summary>"}
        return text(answers.get(number, "After compaction."))

    with stage(folder, script) as on:
        claude.well(claude.run(have.claude, on, "Hello"), "One.")
        said = claude.run(have.claude, on, "And now this", "-c", name="again")
        claude.well(said, "After compaction.")
        equal((claude.compactions(said), len(on.upstream.asked)), (1, 4), "compactions, requests")
        contains(all_text(on.upstream.asked[3]), "They said hello.", "the compacted history")
        contains(all_text(on.upstream.asked[3]), "And now this", "the compacted history")


@scenario("model discovery", "claude")
def discovery(folder: Path, have: Installed) -> None:
    with stage(folder, lambda request, number: text("Hello."), BIG_MODEL="big",
               MIDDLE_MODEL="middle", SMALL_MODEL="small") as on:
        said = claude.run(have.claude, on, "Hello", CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY="1")
        claude.well(said, "Hello.")
        kept = json.loads((folder / "home/.claude/cache/gateway-models.json").read_text())
        shown = {one["display_name"]: one["id"] for one in kept["models"]}
        equal(list(shown), ["big (opus)", "middle (sonnet)", "small (haiku)"], "the models offered")
        # What a person then chooses.
        chosen = claude.run(have.claude, on, "Hello", "--model", shown["middle (sonnet)"],
                            name="chosen")
        claude.well(chosen, "Hello.")
        equal([request["model"] for request in on.upstream.asked], ["big", "middle"], "models")


@scenario("token counts", "claude")
def token_counts(folder: Path, have: Installed) -> str:
    """/context counts each tool and text, all at once."""
    with stage(folder, lambda request, number: text("Never.")) as on:
        said = claude.run(have.claude, on, "/context")
        equal((said.status, said.result["is_error"]), (0, False), "the end")
        shown = re.search(r"\*\*Tokens:\*\* (\S+) / ", said.text)
        assert shown, f"no tokens: {said.text[:300]}"
        counted = [line for line in on.proxy.log() if "/v1/messages/count_tokens 200" in line]
        assert len(counted) > 10, f"{len(counted)} counts"
        equal(len(on.proxy.log()), len(counted), "requests that were well answered")
        equal(on.upstream.asked, [], "requests of the upstream")
    return f"{shown[1]} tokens in {len(counted)} counts"


@scenario("ten sessions at once", "claude", alone=True)
def ten(folder: Path, have: Installed) -> None:
    def script(request: Json, number: int) -> Answer:
        found = re.search(r"You are session (\d+)", all_text(request))
        session = found[1] if found else "?"
        results = results_in(request)
        if results:
            equal(results, {f"call_{session}": session}, "the results of a session")
            return text(f"Session {session} is done.")
        return calls(bash(f"call_{session}", f"echo {session} | tee {session}.txt"))

    def one(session: int) -> None:
        said = claude.run(have.claude, on, f"You are session {session}", name=f"claude-{session}")
        claude.well(said, f"Session {session} is done.")
        holds(folder / "work" / f"{session}.txt", f"{session}\n")

    with stage(folder, script) as on:
        with ThreadPoolExecutor(10) as pool:
            list(pool.map(one, range(10, 20)))
        equal(len(on.upstream.asked), 20, "requests")
        equal(connections(on), (10, 10), "processes, connections upstream")
