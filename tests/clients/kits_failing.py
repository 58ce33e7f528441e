"""The official SDKs when the provider refuses, is silent, or breaks off; and when they leave."""
from __future__ import annotations

from pathlib import Path

from kits import LARGE, Kit, by_words, message_of, said, task, with_both
from stage import contains, equal, stage, text_of, until
from upstream import CUT, Answer, Json, call, refuse, say, text, think, wait

CLASSES = {
    400: "BadRequestError", 401: "AuthenticationError", 402: "PaymentRequiredError",
    403: "PermissionDeniedError", 404: "NotFoundError", 409: "ConflictError",
    413: "ContentTooLargeError", 422: "BadRequestError", 429: "RateLimitError",
    500: "InternalServerError", 503: "ServiceUnavailableError", 504: "GatewayTimeoutError",
    529: "OverloadedError",
}


@with_both("errors")
def errors(folder: Path, kit: Kit) -> None:
    """Each refusal becomes the SDK's own class, with the upstream's words and an id of the log."""
    def script(request: Json, number: int) -> Answer:
        status = int(text_of(request["messages"][-1]))
        # Without a word about the model a 404 doubts the base URL, and becomes 400.
        return refuse(status, f"The upstream says {status}.",
                      "model_not_found" if status == 404 else None)

    with stage(folder, script, MAX_RETRIES="0") as on:
        for do in ("create", "stream"):
            answers = kit.ask(on, *(task(do, str(status)) for status in CLASSES))
            equal({status: answer.get("error") for status, answer in zip(CLASSES, answers)},
                  CLASSES, "classes")
            log = "\n".join(on.proxy.log())
            for status, answer in zip(CLASSES, answers):
                contains(answer["words"], f"The upstream says {status}.", "what the user reads")
                contains(log, answer["request_id"], "the log")
                contains(log, f"error={answer['type']}", "the log")


@with_both("own errors")
def own_errors(folder: Path, kit: Kit) -> None:
    """What the proxy itself refuses; nothing of it goes upstream."""
    with stage(folder, lambda request, number: text("Never."), MAX_BODY_BYTES="64K") as on:
        answers = kit.ask(on, {**task("create"), "key": "another"}, task("create", max_tokens="2"),
                          task("stream", messages=[]), task("create", "x" * 70_000),
                          {"do": "batches"})
        equal([(answer["error"], answer["type"]) for answer in answers], [
            ("AuthenticationError", "authentication_error"),
            ("BadRequestError", "invalid_request_error"),
            ("BadRequestError", "invalid_request_error"),
            ("ContentTooLargeError", "request_too_large"),
            ("NotFoundError", "not_found_error")], "errors")
        contains(answers[1]["words"], "max_tokens: Input should be a valid integer", "words")
        equal(on.upstream.asked, [], "requests upstream")


@with_both("cut streams")
def cut_streams(folder: Path, kit: Kit) -> None:
    """A stream that was cut is an error, never a message."""
    cut = {"text": say("Half an ans") + [CUT],
           "call": call("call_1", "write", {"content": LARGE}, size=97)[:-3] + [CUT],
           "thought": think("Hm") + [CUT]}
    with stage(folder, by_words(cut), MAX_RETRIES="0") as on:
        for answer in kit.ask(on, *(task("stream", words) for words in cut)):
            assert "message" not in answer, answer
            equal(answer["type"], "api_error", "the error")
            contains(answer["words"], "in the middle of the answer", "what the user reads")


@with_both("retries")
def retries(folder: Path, kit: Kit) -> str:
    """The SDK waits as long as the upstream said. What a repetition can't mend, it asks once."""
    seen: dict[str, int] = {}

    def script(request: Json, number: int) -> Answer:
        words = text_of(request["messages"][-1])
        seen[words] = seen.get(words, 0) + 1
        if words == "limit":
            return text("Later.") if seen[words] == 3 else refuse(
                429, "Slow down", "rate_limit_exceeded", retry_after="2")
        if words == "quota":
            return refuse(429, "You exceeded your current quota", "insufficient_quota")
        if words == "final":
            return refuse(503, "Never again", x_should_retry="false")
        return refuse(401, "Incorrect API key provided", "invalid_api_key")

    with stage(folder, script, MAX_RETRIES="0") as on:
        limit, *others = kit.ask(on, *({**task("create", words), "max_retries": 2}
                                       for words in ("limit", "quota", "final", "key")))
        equal(said(message_of(limit)), "Later.", "the answer")
        equal([answer["error"] for answer in others],
              ["PaymentRequiredError", "ServiceUnavailableError", "AuthenticationError"], "errors")
        equal(seen, {"limit": 3, "quota": 1, "final": 1, "key": 1}, "requests upstream")
        first, second, third = on.upstream.times[:3]
        waited = min(second - first, third - second)
        assert waited >= 2, f"it waited {waited:.1f} s of 2"
    return f"waited {waited:.1f} s"


@with_both("retries by the proxy")
def retries_mended(folder: Path, kit: Kit) -> None:
    """The proxy has repeated already what may help: the SDK sees the answer alone."""
    seen: dict[str, int] = {}

    def script(request: Json, number: int) -> Answer:
        words = text_of(request["messages"][-1])
        seen[words] = seen.get(words, 0) + 1
        return text("At last.") if seen[words] == 3 else refuse(503, "Loading", retry_after="0")

    with stage(folder, script) as on:
        for answer in kit.ask(on, *({**task(do, do), "max_retries": 2}
                                    for do in ("create", "stream"))):
            equal(said(message_of(answer)), "At last.", "the answer")
            equal(len(answer["requests"]), 1, "requests to the proxy")


@with_both("timeouts")
def timeouts(folder: Path, kit: Kit) -> str:
    """A client that waits no longer leaves no request behind; a stream is kept alive by pings."""
    answers = {"slow": wait(60) + text("Never."), "silent": wait(5) + text("At last.")}
    with stage(folder, by_words(answers), PING_INTERVAL="1") as on:
        slow, silent = kit.ask(on, {**task("create", "slow"), "timeout": 1},
                               {**task("stream", "silent"), "timeout": 3})
        equal(slow["error"], {"Python": "APITimeoutError",
                              "TypeScript": "APIConnectionTimeoutError"}[kit.language], "the error")
        equal(silent.get("text"), "At last.", "the stream")
        until("the upstream is left", lambda: on.upstream.gone)
        left = on.upstream.gone[0] - on.upstream.times[0]
        assert left < 3, f"the upstream was left after {left:.1f} s"
    return f"upstream left after {left:.1f} s"


@with_both("abort")
def abort(folder: Path, kit: Kit) -> str:
    """Whoever leaves in the middle of a stream leaves no upstream running; the program goes on."""
    gone: list[float] = []

    def script(request: Json, number: int) -> Answer:
        if number == 1:
            return say("Begun, and ") + wait(60) + text("never done.")
        # While this answer is awaited, the program lives: it is not its end that closes all.
        until("the upstream is left", lambda: on.upstream.gone, 10)
        gone.extend(on.upstream.gone)
        return text("Next.")

    with stage(folder, script) as on:
        first, second = kit.ask(on, task("abort"), task("create"))
        equal(said(message_of(second)), "Next.", "the next answer")
        took = gone[0] - first["left"]
        assert took < 2, f"the upstream ran on for {took:.1f} s"
    return f"upstream left after {took:.2f} s"
