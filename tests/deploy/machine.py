"""A machine: this system booted once more with a real systemd, in a container of its own."""
import asyncio
import os
import socket
import sys
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import AsyncIterator, Iterator

import net
import upstream
from box import HERE, TREE, Box, name_of
from client import Wrong
from lane import Unable, until

ADDRESS = bytes([127, 0, 0, 1])


async def command(b: Box, *words: str, user: str | None = None, **variables: str) -> str:
    """What a command says that must succeed."""
    as_user = ("runuser", "-u", user, "--") if user else ()
    status, said = await b.run(*as_user, *words, **variables)
    if status != 0:
        raise Wrong(f"{' '.join(words)}: {said.strip()[-500:]}")
    return said.strip()


def answer_to(query: bytes) -> bytes:
    """A DNS answer: each name is this machine, and has no address of another kind."""
    end = query.index(b"\0", 12) + 5
    is_a = query[end - 4:end - 2] == b"\0\1"
    head = query[:2] + b"\x81\x80\0\1" + (b"\0\1" if is_a else b"\0\0") + bytes(4)
    return head + query[12:end] + (b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + ADDRESS if is_a else b"")


@contextmanager
def name_server(b: Box) -> Iterator[None]:
    """The machine's DNS server; what came to it is in b.queries."""
    with net.network_of(b.pid):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 53))
    sock.setblocking(False)
    loop = asyncio.get_running_loop()

    def serve() -> None:
        query, sender = sock.recvfrom(512)
        b.queries.append(query)
        sock.sendto(answer_to(query), sender)

    loop.add_reader(sock, serve)
    b.path("/etc/resolv.conf").unlink(missing_ok=True)
    b.write("/etc/resolv.conf", "nameserver 127.0.0.1\n")
    try:
        yield
    finally:
        loop.remove_reader(sock)
        sock.close()


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in
                Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


async def first_process(outer: asyncio.subprocess.Process, log: Path) -> int:
    """The container's systemd: unshare starts nspawn, and nspawn starts it."""
    found: list[int] = []

    def started() -> bool:
        found[:] = [inner for nspawn in children(outer.pid) for inner in children(nspawn)
                    if name_of(inner) == "systemd"]
        return bool(found) or outer.returncode is not None

    await until(started, "systemd starts", 60)
    if not found:
        said = log.read_text().strip().splitlines()
        raise Unable(f"no container with systemd here: {said[-1] if said else 'no word'}")
    return found[0]


@asynccontextmanager
async def machine(folder: Path) -> AsyncIterator[Box]:
    if sys.platform != "linux" or os.geteuid() != 0:
        raise Unable("needs root, for a container with systemd")
    (folder / "machine").mkdir()
    log = folder / "boot.log"
    with log.open("wb") as output:
        outer = await asyncio.create_subprocess_exec(
            "unshare", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child",
            "sh", str(HERE / "machine.sh"), str(folder / "machine"), str(TREE),
            stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output)
    first = None
    try:
        first = await first_process(outer, log)
        b = Box(first, folder)
        await until(lambda: b.path("/run/systemd/private").exists(), "systemd listens", 60)
        yield b
    finally:
        if outer.returncode is None:
            outer.kill()
            await outer.wait()
        if first:
            await until(lambda: not Path(f"/proc/{first}").exists(), "the machine is off")


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[tuple[Box, upstream.Upstream]]:
    """A machine with a name server, and an upstream on its loopback, port 9000."""
    async with machine(folder) as b:
        with name_server(b):
            async with upstream.listening(b.pid, "127.0.0.1", 9000) as answering:
                yield b, answering
