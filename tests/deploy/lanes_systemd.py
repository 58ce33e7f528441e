"""systemd, as PID 1: the units of the system, a lighter choice, those of a user; as installed."""
import asyncio
import os
import re
import signal
import stat
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import AsyncIterator, Awaitable, Callable

import net
from box import Box
from checks import CROWD, common, crowd, crowd_of, events_at_once, figures
from client import Answer, Wrong
from lane import Check, Lane, Served, settings, until
from lanes_inetd import REPLACING, installed, replacing
from machine import command, connected
from steps import ask, end, expect, hear, idle, message, models, send, soon, stream, whole

BASE = "http://127.0.0.1:8082"
# Resolved by the machine's DNS server, in each request.
UPSTREAM = "http://provider.test:9000/v1"
PACKAGES = ("systemd-container", "dbus", "libpam-systemd")
UNITS = "/usr/local/lib/systemd/system"
CONF = "/etc/claudeproxy.conf"
MEMORY_MAX = 512 << 20
EXPOSURE = "14"         # 1.4
USER = "alice"
COPY = "claudeproxy@copy.service"     # drop-ins of the template hold for it too


async def systemctl(b: Box, *words: str) -> str:
    return await command(b, "systemctl", *words)


# Talks to a manager.
Manager = Callable[..., Awaitable[str]]


async def systemctl_user(b: Box, *words: str) -> str:
    return await as_user(b, "systemctl", "--user", *words)


async def as_user(b: Box, *words: str) -> str:
    home = f"/home/{USER}"
    uid = await command(b, "id", "-u", USER)
    return await command(b, *words, user=USER, HOME=home, XDG_RUNTIME_DIR=f"/run/user/{uid}")


def configure(b: Box, path: str, **more: str) -> None:
    """What a user does: the key goes into the file that is there; its owner and mode stay."""
    file = b.path(path)
    file.write_text(file.read_text() + settings(UPSTREAM, **more))


async def make(b: Box, target: str) -> None:
    await command(b, "make", "-s", "-C", "/src", target, B=os.environ.get("B", "build"))


# ---- the system ----

@asynccontextmanager
async def system(folder: Path, light: bool = False) -> AsyncIterator[Served]:
    async with connected(folder) as (b, answering):
        await make(b, "install")
        configure(b, CONF)
        if light:
            dropins = "/etc/systemd/system/claudeproxy@.service.d"
            b.ship("systemd/light.conf", f"{dropins}/light.conf")
        await systemctl(b, "enable", "--now", "claudeproxy.socket")
        yield Served(BASE, answering, b.pid, limit=512, over_limit="closed",
                     actions={"restart": partial(systemctl, b, "restart",
                                                 "claudeproxy.socket"),
                              "daemon-reload": partial(systemctl, b, "daemon-reload"),
                              "daemon-reexec": partial(systemctl, b, "daemon-reexec"),
                              **replacing(b)},
                     ends_idle=("restart", *REPLACING),
                     configure=partial(configure, b, CONF), processes=b.processes, box=b)


async def instances(served: Served) -> list[str]:
    listed = await systemctl(served.box, "list-units", "--all", "--plain", "--no-legend",
                             "claudeproxy@*")
    return [line.split()[0] for line in listed.splitlines()]


async def all_forgotten(served: Served) -> None:
    for _ in range(1000):
        left = await instances(served)
        if not left:
            return
        await asyncio.sleep(0.01)
    raise Wrong(f"left behind: {left}")


@asynccontextmanager
async def only_stream(served: Served) -> AsyncIterator[tuple[str, int]]:
    """While it runs there is one instance: its unit, and its process."""
    await all_forgotten(served)
    async with stream(served):
        [instance] = await instances(served)
        [pid] = served.processes()
        yield instance, pid


def exposure(most: str) -> Check:
    """Of a running instance, drop-ins included."""
    async def check(served: Served) -> str:
        async with only_stream(served) as (instance, _):
            said = await command(served.box, "systemd-analyze", "security", "--no-pager",
                                 f"--threshold={most}", instance)
        return said.splitlines()[-1].strip("→ ").split(" for ")[0] + ": " + said.split()[-3]
    return check


async def verified(served: Served) -> str:
    """systemd has nothing to say about the units; and the offline figure is the same."""
    b = served.box
    copy = "/tmp/claudeproxy@x.service"
    await command(b, "cp", f"{UNITS}/claudeproxy@.service", copy)
    said = await command(b, "systemd-analyze", "verify", "--man=no",
                         f"{UNITS}/claudeproxy.socket", f"{UNITS}/claudeproxy.slice", copy)
    expect("what systemd-analyze verify says", said, "")
    await command(b, "systemd-analyze", "security", "--no-pager", "--offline=true",
                  f"--threshold={EXPOSURE}", copy)
    return "silent; offline exposure no higher"


async def in_copy(b: Box, manager: Manager, units: str, command_line: str) -> tuple[str, str]:
    """Runs a command in a unit that is ours in all else: what it said, and how it ended."""
    said = b.path("/tmp/copy.said")
    said.unlink(missing_ok=True)
    unit = b.path(f"{units}/claudeproxy@.service").read_text()
    for line in (f"ExecStart={command_line}", "StandardInput=null",
                 "StandardOutput=file:/tmp/copy.said"):
        unit = re.sub(f"^{line.split('=')[0]}=.*$", line, unit, flags=re.M)
    copy = b.path(f"{units}/{COPY}")
    unit = unit.replace("CollectMode=", "#").replace("[Service]", "[Service]\nType=oneshot")
    copy.write_text(unit)
    try:
        await manager(b, "daemon-reload")
        await manager(b, "start", "--no-block", COPY)
        for _ in range(1000):
            state = await manager(b, "show", "--value", "-p", "ActiveState", COPY)
            if state in ("inactive", "failed"):
                break
            await asyncio.sleep(0.01)
        ended = await manager(b, "show", "--value", "-p", "ExecMainStatus", COPY)
        return (said.read_text() if said.exists() else ""), ended
    finally:
        copy.unlink()
        await manager(b, "reset-failed")


def confined(manager: Manager, units: str, program: str, noexec: bool) -> Check:
    """The sandbox leaves the program all that it confines itself with; and where the manager can
    make mounts, no other program can be started."""
    async def check(served: Served) -> str:
        said, ended = await in_copy(served.box, manager, units, f"{program} --check")
        expect("the status of --check", ended, "0")
        expect("it says what it uses", "request URL" in said, True)
        expect("what it cannot confine", re.findall("^not confined.*", said, re.M), [])
        _, ended = await in_copy(served.box, manager, units, "/bin/true")
        expect("the status of another program", ended, "203" if noexec else "0")
        await until(lambda: not served.processes(), "the processes of the last check end")
        async with stream(served):
            [pid] = served.processes()
            status = Path(f"/proc/{pid}/status").read_text()
            limits = Path(f"/proc/{pid}/limits").read_text()
            cgroup = Path(f"/proc/{pid}/cgroup").read_text()
            oom = Path(f"/proc/{pid}/oom_score_adj").read_text().strip()
        for name, value in (("NoNewPrivs", "1"), ("Seccomp", "2")):
            expect(name, re.findall(rf"^{name}:\s*(\d+)", status, re.M), [value])
        [cpu] = re.findall(r"^Max cpu time\s+(\d+) ", limits, re.M)
        expect("the limit of processor time", int(cpu) <= 122, True)
        expect("its slice", "/claudeproxy.slice/" in cgroup, True)
        expect("its OOM score", oom, "500")
        most = await manager(served.box, "show", "--value", "-p", "MemoryMax", "claudeproxy.slice")
        expect("MemoryMax of the slice", most, str(2 << 30))
        return (f"Landlock, seccomp and limits hold in the unit's sandbox; another program: status "
                f"{ended}; {2 << 30 >> 20} MiB for the slice")
    return check


async def key_is_safe(served: Served) -> str:
    """Another user reads it neither in the file, nor of the unit, nor of the process."""
    b = served.box
    async with only_stream(served) as (instance, _):
        pid = await systemctl(b, "show", "--value", "-p", "MainPID", instance)
        for user in ("nobody", "claudeproxy"):
            status, _ = await b.run("runuser", "-u", user, "--", "cat", f"/proc/{pid}/environ")
            expect(f"{user} reads the process", status == 0, False)
        status, _ = await b.run("runuser", "-u", "nobody", "--", "cat", CONF)
        expect("nobody reads the file", status == 0, False)
        shown = await command(b, "systemctl", "show", instance, user="nobody")
        expect("the unit shows it", "sk-upstream-secret" in shown, False)
    file = b.path(CONF).stat()
    group = await command(b, "id", "-g", "claudeproxy")
    expect("owner and mode", (file.st_uid, str(file.st_gid), stat.S_IMODE(file.st_mode)),
           (0, group, 0o640))
    return "file, process and unit say nothing to others"


async def nothing_left(served: Served) -> str:
    """No request, and a process that is killed: the unit is gone, the socket listens on."""
    with net.tcp_socket(served.pid) as silent:
        await asyncio.get_running_loop().sock_connect(silent, ("127.0.0.1", 8082))
    for how in (signal.SIGSEGV, signal.SIGKILL):
        async with only_stream(served) as (_, pid):
            os.kill(pid, how)
            await until(lambda: not served.processes(), "the process ends")
    await all_forgotten(served)
    expect("failed units", await systemctl(served.box, "--failed", "--plain", "--no-legend"), "")
    return "after no request, SIGSEGV and SIGKILL no instance is listed"


async def remembers(served: Served) -> str:
    """The cache folder can be written in the sandbox, and is for its user alone."""
    model = next(models)
    answer = await send(served, "POST", "/v1/messages", message(model))
    refusal = ("Unsupported parameter: 'max_tokens' is not supported with this model. "
               "Use 'max_completion_tokens' instead.")
    first = await soon(served.upstream.asked(model), "the request")
    await first.answer(400, {"error": {"message": refusal, "type": "invalid_request_error",
                                       "param": "max_tokens", "code": "unsupported_parameter"}})
    second = await soon(served.upstream.asked(model), "the mended request")
    expect("the mended field", "max_completion_tokens" in second.body, True)
    await hear(answer, second, "mended")
    await end(answer, second)
    answer.close()
    folder = served.box.path("/var/cache/claudeproxy")
    mode = stat.S_IMODE(folder.stat().st_mode)
    expect("the folder's mode", mode, 0o700)
    expect("files in it", len(list(folder.iterdir())) > 0, True)
    answer, asked = await ask_model(served, model)
    expect("the first try", "max_completion_tokens" in asked.body, True)
    await hear(answer, asked, "at once")
    await end(answer, asked)
    answer.close()
    return "one refusal is remembered by the next process; folder 0700"


async def ask_model(served: Served, model: str):
    answer = await send(served, "POST", "/v1/messages", message(model))
    return answer, await soon(served.upstream.asked(model), "the request")


async def resolved(served: Served) -> str:
    """The upstream's name went to the machine's DNS server, from inside the sandbox."""
    before = len(served.box.queries)
    async with stream(served) as (answer, asked):
        await end(answer, asked)
    expect("a query came", len(served.box.queries) > before, True)
    return "the upstream's name came from DNS"


def within_memory(megabytes: int) -> Check:
    """The largest request; its process stays below MemoryMax, enforced here or not."""
    async def check(served: Served) -> str:
        await until(lambda: not served.processes(), "the processes of the last check end")
        text = ("0123456789abcde\n" * 65536) * megabytes
        answer, asked = await ask(served, text)
        try:
            await hear(answer, asked, "read it")
            [pid] = served.processes()
            status = Path(f"/proc/{pid}/status").read_text()
            peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
            if peak > MEMORY_MAX:
                raise Wrong(f"{peak >> 20} MiB, more than MemoryMax")
            await end(answer, asked)
        finally:
            answer.close()
        controllers = served.box.path("/sys/fs/cgroup/cgroup.controllers")
        enforced = controllers.exists() and "memory" in controllers.read_text().split()
        return (f"{asked.size / 1e6:.1f} MB with {peak >> 20} MiB at most; MemoryMax "
                f"{'was' if enforced else 'could not be'} enforced (cgroup v2)")
    return check


async def beyond_memory(served: Served) -> str:
    """30 MB of ten million numbers: an answer all the same, from the limit of data, not the kernel's
    kill."""
    body = message(next(models)) | {"unknown": [1] * 10_000_000}
    answer, got = await whole(served, "POST", "/v1/messages", body)
    expect("the status", answer.status, 500)
    expect("the message", got["error"]["message"], "The proxy ran out of memory")
    return f"500 {got['error']['type']}"


async def stopped(served: Served) -> str:
    """Stopping the socket ends idle instances at once, and a stream's after its end."""
    b = served.box
    async with stream(served) as (answer, asked), idle(served) as (quiet, _):
        await systemctl(b, "stop", "claudeproxy.socket")
        try:
            await soon(quiet.connection.ended(), "the end of the idle connection")
            await hear(answer, asked, "second ")
            await end(answer, asked)
            await soon(answer.connection.ended(), "the end of the stream's connection")
            await all_forgotten(served)
        finally:
            await systemctl(b, "start", "claudeproxy.socket")
    return "the idle one ended, the stream went on to its end; no instance is left"


async def from_credential(served: Served) -> str:
    """The manager hands the configuration over as a credential; its change is noticed too."""
    b = served.box
    dropin = "/etc/systemd/system/claudeproxy@.service.d/credential.conf"
    b.write(dropin, f"[Service]\nEnvironmentFile=\nLoadCredential=claudeproxy.conf:{CONF}\n")
    await systemctl(b, "daemon-reload")
    try:
        async with idle(served) as (quiet, _):
            [pid] = served.processes()
            expect("the environment holds the key",
                   b"sk-upstream" in Path(f"/proc/{pid}/environ").read_bytes(), False)
            await served.actions["new configuration"]()
            await soon(quiet.connection.ended(), "the end of the idle connection")
    finally:
        b.path(dropin).unlink()
        await systemctl(b, "daemon-reload")
    return "the key is in no environment; a new configuration ends the idle one"


async def many_idle(served: Served) -> str:
    """More than a user has instances of inotify: others get theirs, and all notice a change."""
    b = served.box
    quiet = await crowd_of(served, CROWD)
    try:
        for answer, asked in quiet:
            await end(answer, asked)
        for user in ("root", "nobody"):
            await command(b, "runuser", "-u", user, "--", "python3", "-c", INOTIFY)
        await served.actions["new configuration"]()
        ended = sum(await asyncio.gather(*(is_last(served, answer) for answer, _ in quiet)))
        expect("connections that go on", len(quiet) - ended, 0)
    finally:
        for answer, _ in quiet:
            answer.close()
    return f"{CROWD} idle: root still gets an inotify instance, all end upon a new configuration"


INOTIFY = """import ctypes, sys
sys.exit(ctypes.CDLL(None).inotify_init1(0) < 0)
"""


async def is_last(served: Served, answer: Answer) -> bool:
    """The next request finds no process any more, or its answer is the last."""
    try:
        again = await send(served, "GET", "/v1/models", on=answer.connection)
        await again.head
    except (OSError, asyncio.IncompleteReadError):
        return True
    return not again.keeps


SYSTEM = common(20, "restart", "daemon-reload", "daemon-reexec", *REPLACING, limit=True) | {
    "stop, with a stream": stopped,
    "LoadCredential=": from_credential,
    f"{CROWD} idle": many_idle,
    "32 MB, memory": within_memory(30),
    "30 MB of numbers": beyond_memory,
    "name of the upstream": resolved,
    "cache folder": remembers,
    "key": key_is_safe,
    "nothing left": nothing_left,
    "exposure": exposure(EXPOSURE),
    "confinement": confined(systemctl, UNITS, "/usr/local/bin/claudeproxy", noexec=True),
    "systemd-analyze verify": verified,
}
LIGHT = {
    "connect to first byte": figures,
    "events at once": events_at_once,
    "200 streams": crowd,
    "exposure": exposure("31"),
    "confinement": confined(systemctl, UNITS, "/usr/local/bin/claudeproxy", noexec=False),
}


# ---- where no machine boots ----

@asynccontextmanager
async def activator(folder: Path) -> AsyncIterator[Served]:
    """systemd's own starter of inetd programs, and what systemd-analyze says of the units."""
    async with installed(folder) as (b, answering):
        for unit in ("claudeproxy.socket", "claudeproxy.slice", "claudeproxy@.service"):
            b.ship(f"systemd/{unit}", f"{UNITS}/{unit}")
        await b.start("systemd-socket-activate", "-l", "127.0.0.1:8082", "-a", "--inetd",
                      "/usr/local/bin/claudeproxy", "-c", CONF)
        yield Served(BASE, answering, b.pid, processes=b.processes, box=b)


# ---- a user, without root ----

@asynccontextmanager
async def user(folder: Path) -> AsyncIterator[Served]:
    async with connected(folder) as (b, answering):
        await command(b, "useradd", "--create-home", "--shell", "/bin/sh", USER)
        await command(b, "cp", "-a", "/src", f"/home/{USER}/src")
        await command(b, "chown", "-R", f"{USER}:", f"/home/{USER}/src")
        await command(b, "loginctl", "enable-linger", USER)
        uid = await command(b, "id", "-u", USER)
        await until(b.path(f"/run/user/{uid}/systemd/private").exists,
                    "the user's manager listens")
        conf = f"/home/{USER}/.config/claudeproxy/claudeproxy.conf"
        for _ in range(2):      # the second finds a configuration, and leaves it as it is
            said = await as_user(b, "make", "-s", "-C", f"/home/{USER}/src", "install-user")
            [key] = re.findall(r"^ANTHROPIC_API_KEY=(\S{32})$", b.path(conf).read_text(), re.M)
            expect("its line for the client", f"export ANTHROPIC_AUTH_TOKEN={key}\n" in said, True)
        configure(b, conf)
        await as_user(b, "systemctl", "--user", "enable", "--now", "claudeproxy.socket")
        yield Served(BASE, answering, b.pid, limit=512, over_limit="closed",
                     actions={"restart": partial(as_user, b, "systemctl", "--user",
                                                 "restart", "claudeproxy.socket"),
                              **replacing(b, conf, f"/home/{USER}/.local/bin/claudeproxy")},
                     ends_idle=("restart", *REPLACING),
                     configure=partial(configure, b, conf), processes=b.processes, box=b)


async def users_cache(served: Served) -> str:
    folder = served.box.path(f"/home/{USER}/.cache/claudeproxy")
    async with stream(served):
        expect("the folder's mode", stat.S_IMODE(folder.stat().st_mode), 0o700)
    return "~/.cache/claudeproxy, 0700"


async def users_units_verified(served: Served) -> str:
    units = f"/home/{USER}/.config/systemd/user"
    await as_user(served.box, "cp", f"{units}/claudeproxy@.service", "/tmp/claudeproxy@x.service")
    said = await as_user(served.box, "systemd-analyze", "--user", "verify", "--man=no",
                         f"{units}/claudeproxy.socket", f"{units}/claudeproxy.slice",
                         "/tmp/claudeproxy@x.service")
    expect("what systemd-analyze verify says", said, "")
    return "silent"


LANES = [
    Lane("systemd", PACKAGES, system, SYSTEM),
    Lane("systemd, no boot", ("systemd",), activator, {
        "events at once": events_at_once,
        "systemd-analyze verify": verified,
    }),
    Lane("systemd, light", PACKAGES, partial(system, light=True), LIGHT),
    Lane("systemd, user", PACKAGES, user, common(20, "restart", *REPLACING, limit=True) | {
        "32 MB, memory": within_memory(30),
        "30 MB of numbers": beyond_memory,
        "cache folder": users_cache,
        "confinement": confined(systemctl_user, f"/home/{USER}/.config/systemd/user",
                                f"/home/{USER}/.local/bin/claudeproxy", noexec=False),
        "systemd-analyze verify": users_units_verified,
    }),
]
