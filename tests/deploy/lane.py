"""What a lane is: one way to start claudeproxy, and what is checked of it."""
import asyncio
import ssl
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Awaitable, Callable

from client import Wrong
from upstream import Upstream

CLIENT_KEY = "client-secret"


class Unable(Exception):
    """The lane cannot run here; says why. It counts as skipped."""


@dataclass
class Served:
    """A proxy that is up; stopped when the lane's context ends."""
    base: str                               # http://127.0.0.1:8082/prefix
    upstream: Upstream
    pid: int | None = None                  # a process in whose network it serves; None: ours
    trust: ssl.SSLContext | None = None     # for an https base
    limit: int | None = None                # streams at once; None: it has none
    over_limit: str = ""                    # what a client beyond it sees: closed, waits
    # Writes its configuration anew, with other values for some names.
    configure: Callable[..., Any] | None = None
    # What an administrator does to it while streams run, by its name. Each returns when done.
    actions: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    keeps: bool = True                      # a process serves a connection; in CGI a request
    ends_idle: tuple[str, ...] = ()         # the actions upon which idle processes end
    # The running claudeproxy processes, for their memory.
    processes: Callable[[], list[int]] = list
    box: Any = None                         # for checks of this lane alone
    figures: dict[str, str] = field(default_factory=dict)   # measured on the way


# Returns what was seen; raises Wrong.
Check = Callable[[Served], Awaitable[str]]


@dataclass(frozen=True)
class Lane:
    name: str
    packages: tuple[str, ...]               # of Debian, besides those of the build
    start: Callable[[Path], AbstractAsyncContextManager[Served]]    # given an empty folder
    checks: dict[str, Check]


async def until(happened: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """For what has no event to wait for."""
    try:
        async with asyncio.timeout(seconds):
            while not happened():
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise Wrong(f"waited in vain until {what}") from None


def settings(upstream_url: str, **more: str) -> str:
    """The configuration file of a lane. The pings are frequent, so that no test waits for them."""
    values = {"OPENAI_BASE_URL": upstream_url, "OPENAI_API_KEY": "sk-upstream-secret",
              "ANTHROPIC_API_KEY": CLIENT_KEY, "PING_INTERVAL": "1", "MAX_RETRIES": "0", **more}
    return "".join(f"{name}={value}\n" for name, value in values.items())
