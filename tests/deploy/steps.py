"""The steps of a check: a request, its answer word by word, a connection that is idle."""
import asyncio
import itertools
import json
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Awaitable, TypeVar

from client import Answer, Connection, Wrong, request
from lane import CLIENT_KEY, Served
from upstream import Ask

T = TypeVar("T")

PATIENCE = 20           # seconds for one thing that must happen
models = (f"model-{n}" for n in itertools.count(1))


async def soon(awaitable: Awaitable[T], what: str, seconds: float = PATIENCE) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await awaitable
    except TimeoutError:
        raise Wrong(f"waited in vain for {what}") from None
    except asyncio.IncompleteReadError as error:
        raise Wrong(f"EOF instead of {what}, after {error.partial[:60]!r}") from None
    except OSError as error:
        raise Wrong(f"{type(error).__name__} instead of {what}") from None


def expect(what: str, seen: Any, wanted: Any) -> None:
    if seen != wanted:
        raise Wrong(f"{what} is {seen!r:.200}, not {wanted!r:.100}")


def send(served: Served, method: str, path: str, body: dict[str, Any] | None = None,
         headers: dict[str, str] | None = None, on: Connection | None = None) -> Awaitable[Answer]:
    own = {"x-api-key": CLIENT_KEY} if headers is None else headers
    text = json.dumps(body).encode() if body is not None else b""
    if text:
        own = {**own, "content-type": "application/json"}
    return request(served.base, method, path, body=text, headers=own, pid=served.pid,
                   trust=served.trust, on=on)


def message(model: str, text: str = "Hello", stream: bool = True) -> dict[str, Any]:
    return {"model": model, "max_tokens": 100, "stream": stream,
            "messages": [{"role": "user", "content": text}]}


async def ask(served: Served, text: str = "Hello", stream: bool = True,
              on: Connection | None = None) -> tuple[Answer, Ask]:
    """A request that has reached the upstream; on a connection of its own unless one is given."""
    model = next(models)
    answer = await soon(send(served, "POST", "/v1/messages", message(model, text, stream), on=on),
                        "a connection", 60)
    arrived = asyncio.ensure_future(served.upstream.asked(model))
    try:
        await soon(asyncio.wait((arrived, answer.head), return_when=asyncio.FIRST_COMPLETED),
                   "the request at the upstream", 60)
        if not arrived.done():
            await soon(answer.head, "an answer")
            # After PING_INTERVAL the head goes out, however slow the way to the upstream is.
            if answer.status != 200:
                raise Wrong(f"answered {answer.status} without the upstream: "
                            f"{(await answer.body())[:100]!r}")
        return answer, await soon(arrived, "the request at the upstream", 60)
    except BaseException:
        answer.close()
        arrived.cancel()
        raise


@asynccontextmanager
async def stream(served: Served) -> AsyncIterator[tuple[Answer, Ask]]:
    """A stream whose first word has arrived."""
    answer, asked = await ask(served)
    try:
        await hear(answer, asked, "first ")
        yield answer, asked
    finally:
        answer.close()


async def hear(answer: Answer, asked: Ask, word: str) -> None:
    """The upstream says a word; nothing more is sent before the client has it."""
    await asked.say(word)
    await soon(answer.head, f"the head, with {word!r} said by the upstream")
    expect("the status", answer.status, 200)
    expect("the text", await soon(answer.delta(), f"{word!r}, said by the upstream"), word)


async def end(answer: Answer, asked: Ask) -> None:
    await asked.end()
    await soon(answer.rest(), "the end of the stream")


async def exchange(served: Served, on: Connection | None = None) -> tuple[Answer, Ask]:
    """A stream from its first word to its end; its connection stays open."""
    answer, asked = await ask(served, on=on)
    try:
        await hear(answer, asked, "first ")
        await end(answer, asked)
    except BaseException:
        answer.close()
        raise
    return answer, asked


@asynccontextmanager
async def idle(served: Served) -> AsyncIterator[tuple[Answer, Ask]]:
    """A request whose connection waits for the next."""
    answer, asked = await exchange(served)
    try:
        yield answer, asked
    finally:
        answer.close()


async def whole(served: Served, method: str, path: str, body: dict[str, Any] | None = None,
                headers: dict[str, str] | None = None) -> tuple[Answer, dict[str, Any]]:
    """A request that needs no upstream, or one that answers by itself."""
    answer = await soon(send(served, method, path, body, headers), "a connection")
    try:
        await soon(answer.head, f"the answer to {method} {path}")
        return answer, await soon(answer.json(), f"the answer to {method} {path}")
    finally:
        answer.close()


async def up(served: Served) -> None:
    """Waits until it serves."""
    why = "nobody listens"
    for _ in range(1000):
        try:
            answer, _ = await whole(served, "GET", "/health")
            if answer.status == 200:
                return
            why = f"/health answers {answer.status}"
        except Wrong as wrong:
            why = str(wrong)
        await asyncio.sleep(0.01)
    raise Wrong(f"it does not serve: {why}")
