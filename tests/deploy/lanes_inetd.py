"""Super-servers: xinetd with the shipped file, the others with the lines of xinetd/README."""
import os
import re
import signal
import subprocess
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, AsyncIterator, Callable

import upstream
from box import HERE, TREE, Box, box
from checks import common
from client import Wrong, request
from lane import CLIENT_KEY, Lane, Served, Unable, settings, until
from steps import expect, soon

BASE = "http://127.0.0.1:8082"
UPSTREAM_PORT = 9000
CONF = "/etc/claudeproxy.conf"
CLAUDEPROXY_GROUP = 911     # see box.sh
BUILD = TREE / "build/deploy"


def readme_line(word: str, readme: str = "xinetd/README") -> str:
    """The command of a README that begins with this word, as a user copies it."""
    lines = (TREE / readme).read_text().splitlines()
    return next(line.strip() for line in lines if line.startswith(f"\t{word}"))


def configure(b: Box, group: int, **more: str) -> None:
    b.write(CONF, settings(f"http://127.0.0.1:{UPSTREAM_PORT}/v1", **more), 0o640, group)


@asynccontextmanager
async def installed(folder: Path, group: int = CLAUDEPROXY_GROUP) -> AsyncIterator[
        tuple[Box, upstream.Upstream]]:
    """A box with the program's configuration, for that group, and the upstream that it names."""
    async with (box(folder) as b,
                upstream.listening(b.pid, "127.0.0.1", UPSTREAM_PORT) as answering):
        configure(b, group)
        yield b, answering


REPLACING = "new configuration", "new program"


def replacing(b: Box, configuration: str = CONF,
              program: str = "/usr/local/bin/claudeproxy") -> dict[str, Callable[[], Any]]:
    """What every process notices by itself: its files are replaced, as installers do it."""
    async def replace(path: str) -> None:
        status, said = await b.run("sh", "-c", f"cp -p {path} {path}.new && mv {path}.new {path}")
        expect(f"what replacing {path} says", (status, said), (0, ""))
    return {"new configuration": partial(replace, configuration),
            "new program": partial(replace, program)}


# ---- xinetd ----

@asynccontextmanager
async def xinetd(folder: Path) -> AsyncIterator[Served]:
    async with installed(folder) as (b, answering):
        b.ship("xinetd/claudeproxy", "/etc/xinetd.d/claudeproxy")
        install_broken_services(b)
        await b.service("xinetd", "start")
        yield Served(BASE, answering, b.pid, limit=512, over_limit="closed",
                     configure=partial(configure, b, CLAUDEPROXY_GROUP),
                     actions={"reload": partial(b.service, "xinetd", "reload"),
                              "restart": partial(b.service, "xinetd", "restart"),
                              **replacing(b)},
                     ends_idle=REPLACING, processes=b.processes, box=b)


# The shipped file with one thing changed: the answer's status (0: none may come) and what the log
# must hold. Under xinetd stderr is the client, and nothing else may come by it.
BROKEN = {
    "bad option": (8090, "server_args", "= --frobnicate", 500, "POST /v1/messages 500 .*error=api"),
    "broken configuration": (8091, "server_args", "= -c /missing", 500, "POST /v1/messages 500 "),
    "no memory": (8092, "rlimit_as", "= 33M", 500, "broken8092 status=111"),
    "a library speaks": (8093, "env", "= LD_PRELOAD=/breaks.so", 400, "POST /v1/messages 400 "),
    "assertion": (8094, "env", "= LD_PRELOAD=/breaks.so BREAK=assert", 0, "broken8094 signal=6"),
    "broken heap": (8095, "env", "= LD_PRELOAD=/breaks.so BREAK=heap", 0, "broken8095 signal=6"),
}


def install_broken_services(b: Box) -> None:
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(b.path("/breaks.so")),
                    str(HERE / "breaks.c")], check=True)
    shipped = (TREE / "xinetd/claudeproxy").read_text()
    for port, attribute, value, _, _ in BROKEN.values():
        changed = re.sub(rf"^\t{attribute}\s*=.*\n", "", shipped, flags=re.M)
        changed = changed.replace("\n}", f"\n\t{attribute} {value}\n}}").replace("8082", str(port))
        b.write(f"/etc/xinetd.d/broken{port}", changed.replace("service claudeproxy",
                                                               f"service broken{port}"))


async def raw_answer(served: Served, port: int) -> bytes:
    """All bytes that come for one request, which is larger than the memory of one service."""
    answer = await request(f"http://127.0.0.1:{port}", "POST", "/v1/messages",
                           body=b" " * 16_000_000, pid=served.pid, raw=True,
                           headers={"x-api-key": CLIENT_KEY, "connection": "close"})
    try:
        return await soon(answer.all(), "the end of the connection")
    finally:
        answer.close()


async def nothing_but_the_answer(served: Served) -> str:
    for name, (port, _, _, status, logged) in BROKEN.items():
        seen = await raw_answer(served, port)
        wanted = rb"HTTP/1\.1 %d [^\0]*\r\n\r\n\{[^\n\0]*\}$" % status if status else rb"$"
        if not re.match(wanted, seen):
            raise Wrong(f"{name}: {seen[:300]!r}")
        await until(lambda: any(re.search(logged, line) for line in served.box.syslog),
                    f"{logged} is logged ({name})")
    cores = [str(file) for file in served.box.path("/").glob("core*")]
    expect("core files", cores, [])
    return f"{', '.join(BROKEN)}: the answer or nothing; no core"


# ---- the others: one command, which is started again for a restart ----

@asynccontextmanager
async def command(line: str, folder: Path, limit: int | None = None,
                  prepare: Callable[[Box], None] = lambda _: None) -> AsyncIterator[Served]:
    async with installed(folder) as (b, answering):
        prepare(b)
        running = [await b.start("sh", "-c", f"exec {line}")]

        async def restart() -> None:
            await b.stop(running[0])
            running[0] = await b.start("sh", "-c", f"exec {line}")

        async def reload() -> None:
            os.kill(running[0], signal.SIGHUP)

        yield Served(BASE, answering, b.pid, limit=limit, over_limit="waits",
                     configure=partial(configure, b, CLAUDEPROXY_GROUP),
                     actions={"restart": restart, "reload": reload, **replacing(b)},
                     ends_idle=REPLACING, processes=b.processes)


def inetd_program() -> bytes:
    """openbsd-inetd and xinetd exclude each other in apt, so this one is not installed."""
    BUILD.mkdir(parents=True, exist_ok=True)
    if not list(BUILD.glob("openbsd-inetd_*.deb")):
        subprocess.run(["apt-get", "download", "-qq", "openbsd-inetd"], cwd=BUILD,
                       stderr=subprocess.DEVNULL)
    packages = sorted(BUILD.glob("openbsd-inetd_*.deb"))
    if not packages:
        raise Unable("openbsd-inetd cannot be downloaded")
    files = subprocess.run(["dpkg", "--fsys-tarfile", packages[-1]], check=True,
                           stdout=subprocess.PIPE).stdout
    return subprocess.run(["tar", "-xO", "./usr/sbin/inetd"], input=files, check=True,
                          stdout=subprocess.PIPE).stdout


def install_inetd(b: Box) -> None:
    inside = b.path("/usr/local/sbin/inetd")
    inside.write_bytes(inetd_program())
    inside.chmod(0o755)
    b.write("/etc/inetd.conf", readme_line("127.0.0.1:8082") + "\n")


LANES = [
    Lane("xinetd", ("xinetd", "gcc"), xinetd,
         common(20, "reload", "restart", *REPLACING, limit=True)
         | {"nothing but the answer": nothing_but_the_answer}),
    # -i: in the foreground.
    Lane("openbsd-inetd", (), partial(command, "inetd -i", prepare=install_inetd),
         common(20, "reload", "restart", *REPLACING)),
    Lane("tcpserver", ("ucspi-tcp",), partial(command, readme_line("tcpserver"), limit=512),
         common(20, "restart", *REPLACING, limit=True)),
    Lane("socat", ("socat",), partial(command, readme_line("socat"), limit=512),
         common(20, "restart", *REPLACING, limit=True)),
    # When it ends it sends its children SIGTERM.
    Lane("socket-activate", ("systemd",), partial(command, readme_line("systemd-socket")),
         common(20, *REPLACING)),
]
