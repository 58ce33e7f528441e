"""A box: this system with mounts, network and process ids of its own.

In it a server's files stand where a user has them, its port is the shipped one, and its user
exists; outside nothing changes, and when the box ends so does all that runs in it, however it was
started.
"""
import asyncio
import os
import re
import signal
import socket
import sys
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import AsyncIterator, Iterator

from client import Wrong
from lane import Unable, until

HERE = Path(__file__).resolve().parent
TREE = HERE.parent.parent
PROGRAM = Path(os.environ.get("PROGRAM", "claudeproxy")).resolve()
NAMESPACES = ("--mount", "--net", "--pid")


def name_of(pid: int) -> str:
    """A process' name; empty when it has ended, waited for or not."""
    try:
        _, name, state = re.split(r" \(|\) ", Path(f"/proc/{pid}/stat").read_text(), maxsplit=2)
    except OSError:
        return ""
    return "" if state.startswith("Z") else name


@dataclass
class Box:
    pid: int            # of its first process, as we see it
    folder: Path        # ours: logs
    syslog: list[str] = field(default_factory=list)     # what came to /dev/log
    queries: list[bytes] = field(default_factory=list)     # that came to its DNS server
    _started: list[asyncio.subprocess.Process] = field(default_factory=list)

    def path(self, inside: str) -> Path:
        """A file of the box."""
        return Path(f"/proc/{self.pid}/root") / inside.lstrip("/")

    def ship(self, file: str, inside: str) -> None:
        """Installs a file of this tree, as it is."""
        self.write(inside, (TREE / file).read_text())

    def write(self, inside: str, text: str, mode: int = 0o644, group: int = 0) -> None:
        file = self.path(inside)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        os.chown(file, 0, group)
        file.chmod(mode)

    def _entering(self, command: tuple[str, ...], variables: dict[str, str]) -> list[str]:
        return ["nsenter", "-t", str(self.pid), "-m", "-n", "-p", "-r", "--", "env", "-i", "-C/",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                *(f"{name}={value}" for name, value in variables.items()), *command]

    async def start(self, *command: str, log: str = "server", **variables: str) -> int:
        """Starts a command in the box, and returns its process id as we see it."""
        with open(self.folder / f"{log}.log", "ab") as output:
            entered = await asyncio.create_subprocess_exec(
                *self._entering(command, variables), stdin=asyncio.subprocess.DEVNULL,
                stdout=output, stderr=output)
        self._started.append(entered)   # asyncio kills what nobody holds
        children = Path(f"/proc/{entered.pid}/task/{entered.pid}/children")
        await until(lambda: entered.returncode is not None or bool(children.read_text()),
                    f"{command[0]} starts")
        if entered.returncode is not None:
            raise Wrong(f"{command[0]} ended at once")
        return int(children.read_text().split()[0])

    async def run(self, *command: str, **variables: str) -> tuple[int, str]:
        """Runs a command in the box to its end: its status and what it said."""
        entered = await asyncio.create_subprocess_exec(
            *self._entering(command, variables), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        said, _ = await entered.communicate()
        return entered.returncode or 0, said.decode(errors="replace")

    def processes(self, name: str = "claudeproxy") -> list[int]:
        """The processes of this name in the box, as we see them."""
        ours = os.readlink(f"/proc/{self.pid}/ns/pid")
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if (name_of(int(entry.name)) == name
                        and os.readlink(entry / "ns/pid") == ours):
                    found.append(int(entry.name))
            except OSError:
                continue    # it has ended
        return found

    async def service(self, name: str, action: str) -> None:
        """What an administrator does, by Debian's own init script."""
        status, said = await self.run(f"/etc/init.d/{name}", action)
        if status != 0:
            raise Wrong(f"/etc/init.d/{name} {action}: {said.strip()}")

    async def stop(self, pid: int, with_signal: int = signal.SIGTERM) -> None:
        """Ends one process and waits until it is gone."""
        os.kill(pid, with_signal)
        await until(lambda: not Path(f"/proc/{pid}").exists(), f"process {pid} ends")


@contextmanager
def syslog_of(b: Box) -> Iterator[None]:
    file = b.path("/dev/log")
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.bind(str(file))
    sock.setblocking(False)
    file.chmod(0o666)
    loop = asyncio.get_running_loop()
    loop.add_reader(sock, lambda: b.syslog.append(sock.recv(8192).decode(errors="replace")))
    try:
        yield
    finally:
        loop.remove_reader(sock)
        sock.close()


@asynccontextmanager
async def box(folder: Path) -> AsyncIterator[Box]:
    if sys.platform != "linux" or os.geteuid() != 0:
        raise Unable("needs root, for a namespace of its own")
    (folder / "box").mkdir()
    first = await asyncio.create_subprocess_exec(
        "unshare", *NAMESPACES, "--fork", "--kill-child", "sh", str(HERE / "box.sh"),
        str(folder / "box"), str(PROGRAM), stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    assert first.stdin and first.stdout and first.stderr
    try:
        if await first.stdout.readline() != b"ready\n":
            said = (await first.stderr.read()).decode(errors="replace").strip()
            raise Unable(f"no namespaces here: {said.splitlines()[-1] if said else 'killed'}")
        children = Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text()
        b = Box(int(children.split()[0]), folder)
        with syslog_of(b):
            yield b
    finally:
        first.stdin.close()
        try:
            await asyncio.wait_for(first.wait(), 5)
        except TimeoutError:
            first.kill()
            await first.wait()
