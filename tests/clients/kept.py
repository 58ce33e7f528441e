"""Connections that are kept: how many processes and connections upstream a client's work takes."""
from __future__ import annotations

import json
import socket
import socketserver
import struct
import subprocess
import threading
from pathlib import Path
from typing import Any

import claude
from coding import bash
from install import Installed
from kits import Kit, by_words, message_of, said, task, with_both
from scenarios import scenario
from stage import CLIENT_KEY, Proxy, Stage, contains, equal, results_in, stage, until
from terminal import terminal
from upstream import Answer, Json, calls, text

TURNS = 10


def connections(on: Stage) -> tuple[int, int]:
    """Of clients, each with its process; and upstream."""
    return on.proxy.processes, len(set(on.upstream.sources))


def words_of(count: tuple[int, int]) -> str:
    return f"{count[0]} processes, {count[1]} connections upstream"


# ---- Claude Code ----

def working(command: str, times: int) -> Any:
    """So many calls of Bash, one after the other, and an end."""
    def script(request: Json, number: int) -> Answer:
        if number > times:
            equal(list(results_in(request).values()), [str(n) for n in range(1, times + 1)],
                  "results")
            return text("Done.")
        return calls(bash(f"call_{number}", command.format(number)))
    return script


@scenario("ten turns with tools", "claude")
def ten_turns(folder: Path, have: Installed) -> None:
    with stage(folder, working("echo {}", TURNS)) as on:
        said = claude.run(have.claude, on, "Work")
        claude.well(said, "Done.")
        equal((len(on.upstream.asked), claude.retries(said)), (TURNS + 1, []), "requests, retries")
        equal(connections(on), (1, 1), "processes, connections upstream")


@scenario("ten turns in a terminal", "claude", long=True)
def in_a_terminal(folder: Path, have: Installed) -> str:
    """Each turn has a tool. /context between them counts on many connections at once; the processes
    of these end 15 s later, and the session goes on where it was."""
    def script(request: Json, number: int) -> Answer:
        return text("Done.") if number % 2 == 0 else calls(bash(f"call_{number}", f"echo {number}"))

    with stage(folder, script) as on, terminal(have.claude, on) as shown:
        for turn in range(1, TURNS + 1):
            shown.enter(f"Turn {turn}")
            until(f"turn {turn} is over", lambda: messages(on.proxy) == 2 * turn)
            if turn == 5:
                counting = count_all(on, shown)
        equal(len(on.upstream.asked), 2 * TURNS, "requests")
        equal(connections(on), (1 + counting, 1), "processes, connections upstream")
    return f"one process; {counting} more for /context, ended after 15 s"


def messages(proxy: Proxy) -> int:
    return sum(" POST /v1/messages 200 " in line for line in proxy.log())


def count_all(on: Stage, shown: Any) -> int:
    """How many connections it took."""
    shown.enter("/context")
    until("tokens are counted", lambda: any("count_tokens" in line for line in on.proxy.log()))
    until("all processes but one have ended",
          lambda: on.proxy.processes > 1 and on.proxy.ended == on.proxy.processes - 1)
    return on.proxy.ended


def outlasting(seconds: int, timeout: int, times: int, folder: Path, have: Installed) -> str:
    """A tool that takes longer than the connection is kept; anthropics/claude-code#78966."""
    script = working(f"sleep {seconds}; echo {{}}", times)
    with stage(folder, script, KEEPALIVE_TIMEOUT=str(timeout)) as on:
        said = claude.run(have.claude, on, "Work", patience=times * (seconds + 5) + 60)
        claude.well(said, "Done.")
        equal((len(on.upstream.asked), claude.retries(said)), (times + 1, []), "requests, retries")
        equal(connections(on), (times + 1, times + 1), "processes, connections upstream")
    return words_of(connections(on))


class Ending(socketserver.BaseRequestHandler):
    """Between client and proxy: its first connection is reset as the second request comes, as it is
    when a process ends in this very moment."""
    port = 0
    connections = 0

    def handle(self) -> None:
        type(self).connections += 1
        last = self.connections == 1
        with socket.create_connection(("127.0.0.1", self.port)) as there:
            threading.Thread(target=copy, args=(there, self.request), daemon=True).start()
            requests = 0
            while data := self.request.recv(65536):
                requests += data.startswith(b"POST /v1/messages")
                if last and requests == 2:
                    reset = struct.pack("ii", 1, 0)
                    self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
                    return
                there.sendall(data)


def copy(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:     # the client has left
        pass


@scenario("an end as the request comes", "claude")
def ends_as_it_comes(folder: Path, have: Installed) -> str:
    with stage(folder, working("echo {}", 3)) as on:
        ending = type("OwnEnding", (Ending,), {"port": on.proxy.port})
        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), ending) as server:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            said = claude.run(have.claude, on, "Work",
                              ANTHROPIC_BASE_URL=f"http://127.0.0.1:{server.server_address[1]}")
            server.shutdown()
        claude.well(said, "Done.")
        equal((len(on.upstream.asked), len(claude.retries(said))), (4, 1), "requests, retries")
        assert ending.connections > 1, "it was not cut"
        pause = claude.retries(said)[0]["retry_delay_ms"]
    return f"asked again after {pause:.0f} ms, then 3 requests on {ending.connections - 1} others"


@scenario("a tool outlasts the connection", "claude", long=True)
def tool_outlasts(folder: Path, have: Installed) -> str:
    return outlasting(8, 1, 2, folder, have)


@scenario("ten tools outlast the connection", "claude", full=True)
def ten_tools_outlast(folder: Path, have: Installed) -> str:
    return outlasting(20, 10, TURNS, folder, have)


# ---- the SDKs, curl ----

@with_both("one connection")
def one_connection(folder: Path, kit: Kit) -> str:
    """Whole and streamed, a count and a list: one client, one connection."""
    answers = {f"Question {n}": text(f"Answer {n}.") for n in range(6)}
    with stage(folder, by_words(answers)) as on:
        tasks = [task(("create", "stream")[n % 2], words) for n, words in enumerate(answers)]
        count = {"do": "count", "params": {
            "model": "claude-sonnet-5", "messages": [{"role": "user", "content": "Hi"}]}}
        got, = kit.ask(on, {"do": "several", "params": {"tasks": [*tasks, count]}})
        equal([said(message_of(one)) for one in got["answers"][:-1]],
              [f"Answer {n}." for n in range(6)], "answers")
        assert got["answers"][-1]["input_tokens"] > 0, got
        # Node's fetch, asked again in the moment when an answer ends, takes one more connection.
        most = 2 if kit.language == "TypeScript" else 1
        assert connections(on) in [(n, n) for n in range(1, most + 1)], words_of(connections(on))
    return words_of(connections(on))


def body(words: str, stream: bool) -> str:
    return json.dumps({"model": "claude-sonnet-5", "max_tokens": 100, "stream": stream,
                       "messages": [{"role": "user", "content": words}]})


@scenario("curl with several URLs", "curl")
def curl(folder: Path, have: Installed) -> None:
    """One connection for all of them."""
    with stage(folder, lambda request, number: text(f"Answer {number}.")) as on:
        url = f"{on.proxy.url}/v1/messages"
        one = ["-H", f"x-api-key: {CLIENT_KEY}", "-w", "\n%{http_code} %{num_connects}\n"]
        command = [have.curl, "-sSN", "--noproxy", "*",
                   *one, "-d", body("a", False), url, url, "--next",
                   *one, "-d", body("b", True), url, "--next",
                   *one, f"{on.proxy.url}/v1/models", f"{on.proxy.url}/health"]
        out = subprocess.run(command, capture_output=True, text=True, timeout=30)
        equal((out.returncode, out.stderr), (0, ""), "curl's end")
        ends = [line for line in out.stdout.splitlines() if line[:4] == "200 "]
        equal(ends, ["200 1", *["200 0"] * 4], "statuses and connects")
        for number in (1, 2, 3):
            contains(out.stdout, f"Answer {number}." if number < 3 else "message_stop", "answers")
        equal(connections(on), (1, 1), "processes, connections upstream")
