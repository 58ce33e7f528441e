"""What every way of starting claudeproxy must do, seen by a client and by the upstream."""
import asyncio
import statistics
import time
from pathlib import Path

from client import Answer, Connection, Wrong
from lane import CLIENT_KEY, Check, Served, until
from steps import ask, end, exchange, expect, hear, idle, message, models, soon, stream, up, whole
from upstream import Ask

CROWD = 200             # streams at once


async def events_at_once(served: Served) -> str:
    words = [f"word-{n} " for n in range(10)]
    async with stream(served) as (answer, asked):
        for word in words:
            await hear(answer, asked, word)
        await end(answer, asked)
        expect("content-type", answer.headers["content-type"], "text/event-stream; charset=utf-8")
    return f"{len(words) + 1} words, each before the next was said"


async def json_answer(served: Served) -> str:
    answer, asked = await ask(served, stream=False)
    try:
        await asked.complete("Good day")
        await soon(answer.head, "the answer")
        expect("the status", answer.status, 200)
        got = await soon(answer.json(), "the answer")
        expect("the text", got["content"][0]["text"], "Good day")
    finally:
        answer.close()
    return f"200, {answer.headers['content-type']}"


async def upstream_error(served: Served) -> str:
    """The status, the envelope and the headers for the retry pass every server in between."""
    answer, asked = await ask(served)
    try:
        await asked.answer(429, {"error": {"message": "Slow down please"}}, "retry-after: 17")
        await soon(answer.head, "the answer")
        expect("the status", answer.status, 429)
        got = await soon(answer.json(), "the answer")
        expect("the type", got["error"]["type"], "rate_limit_error")
        expect("retry-after", answer.headers.get("retry-after"), "17")
    finally:
        answer.close()
    return "429 rate_limit_error, retry-after: 17"


async def keys(served: Served) -> str:
    """Each header alone opens; a wrong key, or none, does not."""
    bearer = {"authorization": f"Bearer {CLIENT_KEY}"}
    for headers, status in (({"x-api-key": CLIENT_KEY}, 200), (bearer, 200),
                            ({"x-api-key": "wrong"}, 401), ({"authorization": "Bearer no"}, 401),
                            ({}, 401)):
        answer, got = await whole(served, "GET", "/v1/models", headers=headers)
        expect(f"the status with {', '.join(headers) or 'no key'}", answer.status, status)
        if status == 401:
            expect("the type", got["error"]["type"], "authentication_error")
    return "x-api-key and bearer 200; wrong ones and none 401"


def without_key(refused: str) -> Check:
    """What a client sees while no ANTHROPIC_API_KEY is set: words of the refusal, or nothing."""
    async def check(served: Served) -> str:
        assert served.configure
        served.configure(ANTHROPIC_API_KEY="")
        try:
            answer, got = await whole(served, "GET", "/v1/models", headers={})
            health, _ = await whole(served, "GET", "/health", headers={})
        finally:
            served.configure()
        expect("the status", answer.status, 403 if refused else 200)
        expect("/health", health.status, 200)
        if refused and refused not in got["error"]["message"]:
            raise Wrong(f"it says: {got['error']['message']}")
        return f"403, {refused}" if refused else "200, on this machine"
    return check


def large_request(megabytes: int) -> Check:
    async def check(served: Served) -> str:
        text = ("0123456789abcde\n" * 65536) * megabytes
        answer, asked = await ask(served, text)
        try:
            expect("the text's size", len(asked.body["messages"][-1]["content"]), len(text))
            expect("the text is whole", asked.body["messages"][-1]["content"] == text, True)
            await hear(answer, asked, "read it")
            await end(answer, asked)
        finally:
            answer.close()
        return f"{megabytes} MB arrived whole"
    return check


async def leaving_in_flow(served: Served) -> str:
    async with stream(served) as (answer, asked):
        answer.close()
        words = 0
        while not asked.gone.is_set() and words < 1000:
            words += 1
            await asked.say("more ")
            try:    # between two words there is time to notice, as with a real model
                await asyncio.wait_for(asked.gone.wait(), 0.05)
            except TimeoutError:
                pass
        expect("the upstream's request is dropped", asked.gone.is_set(), True)
    return f"dropped after {words} more words"


async def leaving_in_silence(served: Served) -> str:
    async with stream(served) as (answer, asked):
        began = time.monotonic()
        answer.close()
        await soon(asked.gone.wait(), "the upstream's request to be dropped")
        return f"dropped after {time.monotonic() - began:.1f} s (a ping each second)"


def milliseconds(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return (f"{statistics.median(ordered) * 1000:.1f} "
            f"({ordered[int(len(ordered) * 0.95)] * 1000:.1f})")


def proportional_set(pids: list[int]) -> float | None:
    """The mean of their PSS in MiB; None where it cannot be read."""
    sizes = []
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        sizes += [int(line.split()[1]) for line in lines if line.startswith("Pss:")]
    return statistics.mean(sizes) / 1024 if sizes else None


async def crowd_of(served: Served, size: int) -> list[tuple[Answer, Ask]]:
    """So many streams at once, the first word of each heard."""
    async def one() -> tuple[Answer, Ask]:
        answer, asked = await ask(served)
        await hear(answer, asked, "first ")
        return answer, asked
    results = await asyncio.gather(*(one() for _ in range(size)), return_exceptions=True)
    lost = [result for result in results if isinstance(result, BaseException)]
    if lost:
        for result in results:
            if not isinstance(result, BaseException):
                result[0].close()
        raise Wrong(f"{len(lost)} of {size} streams were lost, such as: {lost[0]}")
    return [result for result in results if not isinstance(result, BaseException)]


async def leave_all(streams: list[tuple[Answer, Ask]]) -> None:
    """Ends them, and waits until each has its end."""
    try:
        await asyncio.gather(*(end(answer, asked) for answer, asked in streams))
    finally:
        for answer, _ in streams:
            answer.close()


async def crowd(served: Served) -> str:
    streams = await crowd_of(served, CROWD)
    memory = proportional_set(served.processes())
    if memory is not None:
        served.figures["MiB a stream"] = f"{memory:.2f}"
    served.figures["first byte of 200"] = milliseconds([one.first_byte for one, _ in streams])
    for word in ("second ", "third "):
        for answer, asked in streams:
            await hear(answer, asked, word)
    await leave_all(streams)
    return f"{CROWD} streams at once, each word of each"


async def over_the_limit(served: Served) -> str:
    """What the client beyond the limit sees; the others go on. Idle connections count."""
    assert served.limit
    await until(lambda: not served.processes(), "the processes of the last check have ended")
    streams = await crowd_of(served, served.limit)
    quiet = streams[:served.limit // 2] if served.keeps else []
    for answer, asked in quiet:
        await end(answer, asked)
    del streams[:len(quiet)]
    beyond = asyncio.ensure_future(ask(served))
    try:
        await asyncio.wait((beyond,), timeout=None if served.over_limit == "closed" else 1)
        seen = "waits" if not beyond.done() else "is served"
        if beyond.done() and beyond.exception():
            seen = f"closed: {beyond.exception()}"
        expect("the client beyond the limit", seen.split(":")[0], served.over_limit)
        await hear(*streams[0], "second ")
        await end(*streams[0])
        streams[0][0].close()
        if seen != "waits":     # the server counts a process until it has ended
            await until(lambda: len(served.processes()) < served.limit, "a process has ended")
        answer, asked = await (beyond if seen == "waits" else ask(served))
        await hear(answer, asked, "next ")
        await leave_all([*streams[1:], (answer, asked)])
    finally:
        beyond.cancel()
        for answer, _ in [*quiet, *streams]:
            answer.close()
    await until(lambda: not served.processes(), "all have ended")
    return (f"{served.limit} served, {len(quiet)} of them idle, one more {seen}; "
            "after one has left the next is served")


async def one_process(served: Served) -> str:
    """The next request on a connection finds its process, and that its connection upstream."""
    await until(lambda: not served.processes(), "the processes of the last check have ended")
    async with idle(served) as (first, asked):
        pids = served.processes()
        expect("processes", len(pids), 1)
        for _ in range(3):
            answer, again = await exchange(served, on=first.connection)
            expect("it stays open", answer.keeps, True)
            expect("the connection upstream", again.connection, asked.connection)
            expect("the process", served.processes(), pids)
    await until(lambda: not served.processes(), "the process ends with the connection")
    return "4 requests, one process, one connection upstream"


async def one_request(served: Served) -> str:
    """In CGI a process serves one request, and the web server keeps the connection."""
    async with idle(served) as (first, asked):
        await until(lambda: not served.processes(), "the process ends with the request")
        try:
            _, again = await exchange(served, on=first.connection)
        except Wrong:
            return "its process ends, and the server closes the connection"
        expect("the same connection upstream", again.connection == asked.connection, False)
        await until(lambda: not served.processes(), "the process ends with the request")
    return "2 requests on a connection, 2 processes"


async def next_request(served: Served) -> str:
    return await (one_process if served.keeps else one_request)(served)


async def idle_end(served: Served, connection: Connection, name: str) -> str:
    """An idle connection after an action: closed without a byte, or its next request is served."""
    if name not in served.ends_idle:
        answer, _ = await exchange(served, on=connection)
        return f"the idle one served its next request, then {'stays' if answer.keeps else 'ends'}"
    began = time.monotonic()
    await soon(connection.ended(), f"the end of an idle connection after {name}")
    return f"the idle one ended {time.monotonic() - began:.2f} s later"


def during(name: str) -> Check:
    """What an administrator does to the server while a stream runs and a connection is idle."""
    async def check(served: Served) -> str:
        async with stream(served) as (answer, asked), idle(served) as (quiet, _):
            await served.actions[name]()
            seen = "no process is idle"
            if served.keeps:
                seen = await idle_end(served, quiet.connection, name)
            await up(served)
            for word in ("second ", "third "):
                await hear(answer, asked, word)
            await end(answer, asked)
            if name in served.ends_idle:
                await soon(answer.connection.ended(), "the end of the connection of the stream")
        return f"the stream went on; {seen}; the next request was served"
    return check


async def figures(served: Served) -> str:
    """Connect to first byte; and from the second request on a connection to its first byte."""
    health, streams, seconds = [], [], []
    for _ in range(30):
        answer, _ = await whole(served, "GET", "/health")
        health.append(answer.first_byte)
        async with idle(served) as (first, _):
            streams.append(first.first_byte)
            try:
                second, _ = await exchange(served, on=first.connection)
                seconds.append(second.first_byte)
            except Wrong:
                pass    # this server keeps no connection
    served.figures["health"] = milliseconds(health)
    served.figures["stream"] = milliseconds(streams)
    if seconds:
        served.figures["second stream"] = milliseconds(seconds)
    return ", ".join(f"{name} {seen} ms" for name, seen in served.figures.items())


def common(megabytes: int, *actions: str, limit: bool = False,
           refused: str = "") -> dict[str, Check]:
    """The checks of every lane, in the order in which they run. refused: see without_key."""
    checks: dict[str, Check] = {
        "connect to first byte": figures,
        "next request": next_request,
        "events at once": events_at_once,
        "JSON answer": json_answer,
        "upstream's error": upstream_error,
        "client key": keys,
        "no key set": without_key(refused),
        f"{megabytes} MB request": large_request(megabytes),
        "client leaves a stream": leaving_in_flow,
        "client leaves in silence": leaving_in_silence,
        f"{CROWD} streams": crowd,
    }
    if limit:
        checks["one over the limit"] = over_the_limit
    return checks | {f"{name}, in a stream": during(name) for name in actions}
