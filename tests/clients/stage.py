"""What a scenario stands on: the proxy under a super-server, processes that end with it, checks."""
from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from upstream import Script, Upstream, serve

T = TypeVar("T")

PROGRAM = Path(os.environ.get("B", "build")).resolve() / "claudeproxy"
KEY = "sk-upstream-secret"
CLIENT_KEY = "client-secret"
running: set[subprocess.Popen[bytes]] = set()


# ---- processes ----

@contextmanager
def process(command: list[str | Path], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a command in a group of its own, which ends with the block."""
    child = subprocess.Popen([str(word) for word in command], start_new_session=True, **options)
    running.add(child)
    try:
        yield child
    finally:
        end(child)
        running.discard(child)


def signal_group(child: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        pass


def end(child: subprocess.Popen[bytes]) -> None:
    signal_group(child, signal.SIGTERM)
    try:
        child.wait(3)
    except subprocess.TimeoutExpired:
        signal_group(child, signal.SIGKILL)
        child.wait()


def end_all() -> None:
    for child in list(running):
        signal_group(child, signal.SIGKILL)


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """Below those that the kernel gives away by itself."""
    while True:
        port = random.randrange(20000, 32000)
        if not listens(port):
            return port


def until(what: str, done: Callable[[], T], seconds: float = 30.0, step: float = 0.02) -> T:
    """Waits for done() to be true, and gives what it gave."""
    end_of_patience = time.monotonic() + seconds
    while time.monotonic() < end_of_patience:
        value = done()
        if value:
            return value
        time.sleep(step)
    raise AssertionError(f"{what}: not within {seconds:g} s")


# ---- the proxy ----

@dataclass
class Proxy:
    port: int
    log_file: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self) -> list[str]:
        """Its own lines, one a request."""
        lines = self.log_file.read_text().splitlines()
        return [line for line in lines if line.startswith("req_")]

    @property
    def processes(self) -> int:
        """That were started, one for each connection."""
        return self.log_file.read_text().count("Spawned ")

    @property
    def ended(self) -> int:
        """Of these."""
        return self.log_file.read_text().count(" died with code ")


@contextmanager
def proxy(folder: Path, settings: dict[str, str]) -> Iterator[Proxy]:
    """The program as a super-server starts it: a process a connection."""
    front = Proxy(free_port(), folder / "proxy.log")
    environment = {"PATH": os.environ["PATH"], **settings}
    to_child = [word for name in settings for word in ("-E", name)]
    command = ["systemd-socket-activate", f"--listen=127.0.0.1:{front.port}", "--accept",
               "--inetd", *to_child, PROGRAM]
    with front.log_file.open("wb") as log, \
            process(command, env=environment, stdout=log, stderr=log) as child:
        until("the super-server listens", lambda: child.poll() is not None
              or "Listening on" in front.log_file.read_text())
        assert child.poll() is None, front.log_file.read_text()
        yield front


@dataclass
class Stage:
    """One scenario's folder, provider and proxy."""
    folder: Path
    upstream: Upstream
    proxy: Proxy


@contextmanager
def stage(folder: Path, script: Script, **settings: str) -> Iterator[Stage]:
    """A scripted upstream behind the proxy. At the end nothing may have been wrong with what was
    asked, and no key may stand in the log."""
    with serve(script) as upstream:
        known = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": upstream.url,
                 "ANTHROPIC_API_KEY": CLIENT_KEY, "LOG_LEVEL": "DEBUG", **settings}
        try:
            with proxy(folder, known) as front:
                yield Stage(folder, upstream, front)
        except AssertionError as error:
            raise AssertionError("; ".join([str(error), *upstream.wrong[:3]])) from None
        finally:
            write_down(folder, upstream)
        equal(upstream.wrong, [], "what the provider would refuse")
        shown = {heads.get("authorization") for heads in upstream.heads}
        equal(shown - {f"Bearer {known['OPENAI_API_KEY']}"}, set(), "other keys for the upstream")
        check_log(front.log_file.read_text())


def check_log(log: str) -> None:
    assert KEY not in log and CLIENT_KEY not in log, "a key stands in the log"
    assert "Sanitizer" not in log, "a sanitizer complains"
    # 1: a connection without a request, such as Claude Code may open ahead of its first one.
    ends = set(re.findall(r"died with code (\d+)", log))
    assert ends <= {"0", "1"}, f"the program died with code {', '.join(ends)}"


def write_down(folder: Path, upstream: Upstream) -> None:
    text = json.dumps(upstream.asked, ensure_ascii=False, indent=1)
    (folder / "asked.json").write_text(text)


def ask(url: str, body: Any = None, key: str = CLIENT_KEY) -> tuple[int, Any]:
    """What a client without an SDK gets: the status, and the JSON."""
    data = None if body is None else json.dumps(body).encode()
    heads = {"content-type": "application/json", "x-api-key": key}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, heads)) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


# ---- checks ----

def equal(got: object, expected: object, what: str) -> None:
    assert got == expected, f"{what}: {got!r:.2000} instead of {expected!r:.2000}"


def holds(file: Path, expected: str) -> None:
    assert file.exists(), f"{file.name} was not written"
    equal(file.read_text(), expected, file.name)


def contains(got: str, expected: str, what: str) -> None:
    assert expected in got, f"{what}: {expected!r} is not in {got!r:.600}"


def notes(front: Proxy) -> str:
    """Waits for some: the answer is out before its line is in the log."""
    return until("the log has notes",
                 lambda: " ".join(re.findall(r"notes=(\S+)", "\n".join(front.log()))))


# ---- the conversation that an upstream was sent ----

def text_of(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def all_text(request: dict[str, Any]) -> str:
    return "\n".join(text_of(message) for message in request["messages"])


def results_in(request: dict[str, Any]) -> dict[str, str]:
    """The results of calls by the calls' ids, in their order."""
    return {message["tool_call_id"]: text_of(message) for message in request["messages"]
            if message["role"] == "tool"}


def result_of(request: dict[str, Any], call_id: str) -> str:
    results = results_in(request)
    assert call_id in results, f"no result for {call_id}, but for {list(results)}"
    return results[call_id]


def turn_with(request: dict[str, Any], call_id: str) -> dict[str, Any]:
    """The assistant's message that made a call."""
    for message in request["messages"]:
        if any(one["id"] == call_id for one in message.get("tool_calls", [])):
            return message
    raise AssertionError(f"no call {call_id}")


def arguments_of(request: dict[str, Any], call_id: str) -> dict[str, Any]:
    """What a call in the history asks for."""
    for one in turn_with(request, call_id)["tool_calls"]:
        if one["id"] == call_id:
            return json.loads(one["function"]["arguments"])
    raise AssertionError(f"no call {call_id}")


def grows(requests: list[dict[str, Any]]) -> None:
    """Each request begins as the one before it, but for its last message: prompt caches hit."""
    for earlier, later in zip(requests, requests[1:]):
        kept = earlier["messages"][:-1]
        equal(later["messages"][:len(kept)], kept, "the history")
        equal(later.get("tools"), earlier.get("tools"), "the tools")
