"""Claude Code when the provider refuses, is silent, or breaks off."""
from __future__ import annotations

import signal
import time
from pathlib import Path

import claude
from coding import bash
from install import Installed
from scenarios import scenario
from stage import (all_text, contains, equal, holds, notes, result_of, results_in, stage,
                   until)
from upstream import CUT, Answer, Json, call, calls, delta, done, refuse, say, text, think, wait


def limit_of(request: Json) -> int:
    return request.get("max_completion_tokens") or request["max_tokens"]


@scenario("max_tokens above the cap", "claude")
def cap(folder: Path, have: Installed) -> None:
    def script(request: Json, number: int) -> Answer:
        asked = limit_of(request)
        if asked > 16384:
            return refuse(400, f"max_tokens is too large: {asked}. This model supports at most "
                          f"16384 completion tokens, whereas you provided {asked}.",
                          "invalid_value")
        return text("Short enough.")

    with stage(folder, script, BIG_MODEL="unknown-model") as on:
        said = claude.run(have.claude, on, "Speak")
        claude.well(said, "Short enough.")
        equal(claude.retries(said), [], "what Claude Code saw of it")
        equal([limit_of(request) for request in on.upstream.asked], [128000, 16384], "max_tokens")
        contains(notes(on.proxy), "healed:max_tokens=", "the log")


def slow_down(seconds: int) -> Answer:
    return refuse(429, "Slow down", "rate_limit_exceeded", retry_after=str(seconds))


@scenario("429 with retry-after", "claude")
def rate_limit(folder: Path, have: Installed) -> str:
    def script(request: Json, number: int) -> Answer:
        return slow_down(3) if number == 1 else text("Later.")

    with stage(folder, script, MAX_RETRIES="0") as on:
        said = claude.run(have.claude, on, "Hurry")
        claude.well(said, "Later.")
        seen = [(one["attempt"], one["error_status"]) for one in claude.retries(said)]
        equal(seen, [(1, 429)], "retries of Claude Code")
        waited = on.upstream.times[1] - on.upstream.times[0]
        assert waited >= 3, f"it waited {waited:.1f} s of 3"
    return f"waited {waited:.1f} s of 3"


@scenario("429, mended by the proxy", "claude")
def rate_limit_mended(folder: Path, have: Installed) -> None:
    def script(request: Json, number: int) -> Answer:
        return slow_down(1) if number < 3 else text("Later.")

    with stage(folder, script) as on:
        said = claude.run(have.claude, on, "Hurry")
        claude.well(said, "Later.")
        equal(claude.retries(said), [], "what Claude Code saw of it")
        equal(len(on.upstream.asked), 3, "requests")


@scenario("401", "claude")
def wrong_key(folder: Path, have: Installed) -> None:
    """The upstream's key is wrong: said at once, not after ten retries."""
    def script(request: Json, number: int) -> Answer:
        return refuse(401, "Incorrect API key provided: sk-up…cret.", "invalid_api_key")

    with stage(folder, script) as on:
        said = claude.run(have.claude, on, "Hello")
        claude.badly(said, 401, "API Error: 401 Incorrect API key provided", "OPENAI_API_KEY")
        equal((len(on.upstream.asked), claude.retries(said)), (1, []), "requests, retries")


@scenario("wrong client key", "claude")
def wrong_client_key(folder: Path, have: Installed) -> None:
    with stage(folder, lambda request, number: text("Never."), ANTHROPIC_API_KEY="another") as on:
        said = claude.run(have.claude, on, "Hello")
        claude.badly(said, 401, "API Error: 401", "this proxy's ANTHROPIC_API_KEY")
        assert "login" not in said.text, f"a login does not help: {said.text}"
        equal((on.upstream.asked, claude.retries(said)), ([], []), "requests, retries")


@scenario("no such model", "claude")
def no_model(folder: Path, have: Installed) -> None:
    def script(request: Json, number: int) -> Answer:
        return refuse(404, "The model `qwen-none` does not exist", "model_not_found")

    with stage(folder, script) as on:
        said = claude.run(have.claude, on, "Hello", "--model", "qwen-none")
        claude.badly(said, 404, "qwen-none")
        equal({request["model"] for request in on.upstream.asked}, {"qwen-none"}, "models")


@scenario("silent for 40 s", "claude", long=True)
def silent(folder: Path, have: Installed) -> None:
    """Pings keep a client that waits 15 s for the head, and 15 s for each byte behind it."""
    patience = {"API_TIMEOUT_MS": "15000", "CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS": "15000"}
    answer = wait(40) + say("At last") + wait(20) + say(", all of it.") + done()
    with stage(folder, lambda request, number: list(answer)) as on:
        said = claude.run(have.claude, on, "Take your time", **patience)
        claude.well(said, "At last, all of it.")
        equal((len(on.upstream.asked), claude.retries(said)), (1, []), "requests, retries")


@scenario("cut in the answer", "claude")
def cut_text(folder: Path, have: Installed) -> None:
    """Half an answer is no answer: Claude Code asks again, and shows the whole one."""
    def script(request: Json, number: int) -> Answer:
        return say("Half an ans") + [CUT] if number == 1 else text("A whole answer.")

    with stage(folder, script) as on:
        claude.well(claude.run(have.claude, on, "Speak"), "A whole answer.")
        equal(len(on.upstream.asked), 2, "requests")
        assert "Half an ans" not in all_text(on.upstream.asked[1]), "the half is in the history"


@scenario("cut in the thinking", "claude")
def cut_thinking(folder: Path, have: Installed) -> None:
    def script(request: Json, number: int) -> Answer:
        return think("Half a thou") + [CUT] if number == 1 else think("All.") + text("Thought out.")

    with stage(folder, script) as on:
        said = claude.run(have.claude, on, "Think")
        claude.well(said, "Thought out.")
        equal([one["thinking"] for one in claude.blocks(said, "thinking")], ["All."], "thoughts")
        equal(len(on.upstream.asked), 2, "requests")


def write_call(folder: Path) -> Json:
    return {"file_path": str(folder / "work" / "file.txt"), "content": "line one\nline two\n"}


def all_but_the_end(id: str, wanted: Json) -> Answer:
    return call(id, "Write", wanted, size=20)[:-1]


@scenario("cut in an argument", "claude")
def cut_argument(folder: Path, have: Installed) -> None:
    """No half file is written, and the call runs once."""
    wanted = write_call(folder)

    def script(request: Json, number: int) -> Answer:
        if number == 1:
            return say("I write.") + all_but_the_end("call_1", wanted) + [CUT]
        return text("Written.") if results_in(request) else calls(call("call_2", "Write", wanted))

    with stage(folder, script) as on:
        claude.well(claude.run(have.claude, on, "Write"), "Written.")
        holds(folder / "work" / "file.txt", wanted["content"])
        equal(list(results_in(on.upstream.asked[-1])), ["call_2"], "calls that ran")
        equal(len(on.upstream.asked), 3, "requests")


@scenario("cut behind a call", "claude")
def cut_behind_call(folder: Path, have: Installed) -> None:
    """The call that came whole runs, and once; the one that was cut does not."""
    def script(request: Json, number: int) -> Answer:
        if results_in(request):
            return text("Appended.")
        both = bash("call_1", "echo once >> file.txt")
        if number == 1:
            both += call("call_2", "Bash", {"command": "echo twice >> file.txt"}, index=1,
                         size=9)[:-1] + [CUT]
        return both if number == 1 else calls(both)

    with stage(folder, script) as on:
        claude.well(claude.run(have.claude, on, "Append"), "Appended.")
        equal(list(results_in(on.upstream.asked[-1])), ["call_1"], "calls that ran")
        holds(folder / "work" / "file.txt", "once\n")


@scenario("argument at the token limit", "claude")
def length(folder: Path, have: Installed) -> None:
    """finish_reason "length" within a call: it never runs, and the model hears why."""
    def script(request: Json, number: int) -> Answer:
        if number == 1:
            return all_but_the_end("call_1", write_call(folder)) + done("length")
        return text("Told about it.")

    with stage(folder, script) as on:
        claude.well(claude.run(have.claude, on, "Write"), "Told about it.")
        assert not (folder / "work" / "file.txt").exists(), "half a file was written"
        contains(result_of(on.upstream.asked[1], "call_1"), "could not be parsed as JSON",
                 "what the model hears")


@scenario("refused by a filter", "claude")
def refusal(folder: Path, have: Installed) -> None:
    with stage(folder, lambda request, number: say("I can") + done("content_filter")) as on:
        said = claude.run(have.claude, on, "Something bad")
        claude.badly(said, None, "safeguards flagged this message")
        equal(said.result["stop_reason"], "refusal", "stop_reason")
        equal(len(on.upstream.asked), 2, "requests")


@scenario("interrupted", "claude")
def interrupted(folder: Path, have: Installed) -> str:
    """Whoever leaves in the middle of an answer leaves no upstream running."""
    answer = [delta(content="Begun."), *wait(60), CUT]
    # No ping that could not be written tells the proxy.
    with stage(folder, lambda request, number: list(answer), PING_INTERVAL="600") as on, \
            claude.start(have.claude, on, "Speak", "--include-partial-messages") as one:
        until("the answer begins", lambda: "Begun." in one.out.read_text())
        begin = time.monotonic()
        one.child.send_signal(signal.SIGINT)
        until("the upstream is left", lambda: on.upstream.gone)
    return f"upstream left after {on.upstream.gone[0] - begin:.1f} s"
