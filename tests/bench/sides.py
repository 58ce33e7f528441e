"""The columns of the table: how each is started, and how a request gets to it."""
from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wire import Answer, ask, post

BUILD = Path(os.environ.get("B", "build")).resolve()
ROUTER = "@musistudio/claude-code-router@2.0.0"
KEY = "bench-key"
CLIENT = ("x-api-key: any", "anthropic-version: 2023-06-01")


@dataclass
class Place:
    """Where the upstream is."""
    base: str                   # http://127.0.0.1:PORT/KIND/v1
    certificate: Path | None = None

    @property
    def url(self) -> str:
        return f"{self.base}/chat/completions"


def cpu_of(pid: int) -> float:
    """Seconds that its threads have run."""
    return sum(int(task.joinpath("schedstat").read_text().split()[0])
               for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9


def pss_of(pid: int) -> float:
    """Its part of memory, in MB: what it shares with others is divided among them."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(text[text.index("\nPss:"):].split()[1]) / 1024


class Connection:
    """One client's. It may be used again if the side says so."""

    def __init__(self, stream: socket.socket, pid: int = 0) -> None:
        self.stream, self.pid = stream, pid

    def close(self) -> float:
        """Seconds that the process ran, if it was this connection's own."""
        self.stream.close()
        return self.reap()

    def kill(self) -> None:
        """In the middle of an answer."""
        self.stream.close()
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            self.reap()

    def reap(self) -> float:
        if not self.pid:
            return 0
        usage = os.wait4(self.pid, 0)[2]
        return usage.ru_utime + usage.ru_stime


class Side:
    name = "direct"
    keeps = True    # one connection carries many requests
    ends = False    # the end of the request is the end of the bytes

    def __init__(self, place: Place) -> None:
        self.place = place
        self.kept: Connection | None = None

    def request(self, body: bytes) -> bytes:
        return post("/" + self.place.url.split("/", 3)[3], body)

    def open(self) -> Connection:
        host, port = self.place.base.split("/")[2].split(":")
        return Connection(socket.create_connection((host, int(port))))

    def cpu(self, connection: Connection) -> float:
        return cpu_of(connection.pid) if connection.pid else 0

    def pss(self, connections: list[Connection]) -> float:
        return sum(pss_of(connection.pid) for connection in connections)

    def ask(self, body: bytes) -> Answer:
        """One request, over the connection that is kept, or one of its own."""
        request, begin = self.request(body), time.monotonic()
        if not self.keeps:
            connection = self.open()
            answer = ask(connection.stream, request, begin, self.ends)
            answer.cpu = connection.close()
            return answer
        if not self.kept:
            self.kept = self.open()
        before = self.cpu(self.kept)
        answer = ask(self.kept.stream, request, time.monotonic())
        answer.cpu = self.cpu(self.kept) - before
        return answer

    def end(self) -> None:
        if self.kept:
            self.kept.close()
        self.kept = None


class Inetd(Side):
    """A process for each connection, started as a super-server does."""
    program: tuple[str, ...]

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.env = {"PATH": os.environ["PATH"], "CLAUDEPROXY_CONF": "/dev/null",
                    "CLAUDEPROXY_CACHE": "/nonexistent", "OPENAI_API_KEY": KEY,
                    "OPENAI_BASE_URL": place.base, "no_proxy": "*"}
        if place.certificate:
            self.env["SSL_CERT_FILE"] = str(place.certificate)

    def open(self) -> Connection:
        client = socket.create_connection(self.listener.getsockname())
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        served = self.listener.accept()[0]
        pid = os.posix_spawn(self.program[0], self.program, self.env, file_actions=[
            (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, served.fileno(), 0), (os.POSIX_SPAWN_DUP2, served.fileno(), 1)])
        served.close()
        return Connection(client, pid)

    def end(self) -> None:
        super().end()
        self.listener.close()


class Trivial(Inetd):
    name, keeps, ends = "trivial filter", False, True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.program = (str(BUILD / "tests/bench/trivial"), place.url)

    def request(self, body: bytes) -> bytes:
        return body


class Cold(Inetd):
    name, keeps = "claudeproxy, cold", False
    program = (str(BUILD / "claudeproxy"),)
    fields: tuple[str, ...] = (*CLIENT, "connection: close")

    def request(self, body: bytes) -> bytes:
        return post("/v1/messages", body, *self.fields)


class Kept(Cold):
    name, keeps, fields = "claudeproxy, kept", True, CLIENT


class Router(Side):
    """claude-code-router: one process for all."""
    name = "claude-code-router"

    def __init__(self, place: Place, modules: Path, home: Path) -> None:
        super().__init__(place)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        settings = home / ".claude-code-router"
        settings.mkdir(parents=True)
        settings.joinpath("config.json").write_text(json.dumps({
            "HOST": "127.0.0.1", "PORT": self.port, "LOG": False, "NON_INTERACTIVE_MODE": True,
            "Providers": [{"name": "bench", "api_base_url": place.url, "api_key": KEY,
                           "models": ["gpt-5"]}],
            "Router": {"default": "bench,gpt-5"}}))
        env = {"PATH": os.environ["PATH"], "HOME": str(home)}
        if place.certificate:
            env["NODE_EXTRA_CA_CERTS"] = str(place.certificate)
        program = modules / "node_modules/@musistudio/claude-code-router/dist/cli.js"
        self.process = subprocess.Popen(["node", program, "start"], env=env,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        self.await_port()

    def await_port(self) -> None:
        for _ in range(300):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError("claude-code-router does not listen")

    def request(self, body: bytes) -> bytes:
        return post("/v1/messages", body, *CLIENT)

    def open(self) -> Connection:
        return Connection(socket.create_connection(("127.0.0.1", self.port)))

    def cpu(self, connection: Connection) -> float:
        return cpu_of(self.process.pid)

    def pss(self, connections: list[Connection]) -> float:
        return pss_of(self.process.pid)

    def end(self) -> None:
        super().end()
        os.killpg(self.process.pid, 15)
        self.process.wait()


def install_router() -> Path | None:
    """A folder that holds it; None where it can't be had."""
    folder = BUILD / "bench"
    if (folder / "node_modules").is_dir():
        return folder
    if not shutil.which("npm") or not shutil.which("node"):
        return None
    result = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--fetch-retries=1",
                             "--loglevel=error", "--prefix", folder, ROUTER],
                            stdout=subprocess.DEVNULL, check=False)
    return folder if result.returncode == 0 else None


@contextmanager
def sides(place: Place, modules: Path | None, scratch: Path) -> Iterator[list[Side]]:
    """All columns, direct first, with this upstream behind them."""
    all_sides: list[Side] = [Side(place), Trivial(place), Cold(place), Kept(place)]
    try:
        if modules:
            all_sides.append(Router(place, modules, scratch / str(time.monotonic_ns())))
        yield all_sides
    finally:
        for side in all_sides:
            side.end()
