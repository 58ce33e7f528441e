"""The Debian package: built, read by lintian, installed, upgraded, purged; on a booted machine."""
import stat
from contextlib import asynccontextmanager
from pathlib import Path
from typing import AsyncIterator

from box import Box
from checks import events_at_once, figures, json_answer, keys, next_request
from lane import Lane, Served
from lanes_systemd import (BASE, CONF, EXPOSURE, PACKAGES, configure, exposure, key_is_safe,
                           systemctl)
from machine import command, connected
from steps import end, expect, hear, idle, soon, stream, up

DEB, NEXT = "/root/claudeproxy.deb", "/root/claudeproxy-next.deb"
# Builds it from a copy without what was built here; then a next version, with another sample of
# the configuration.
BUILD = f"""
set -e
umask 022
mkdir -p /root/build/claudeproxy
cd /src
tar -c --exclude=./.git --exclude=./build --exclude=./claudeproxy . | tar -x -C /root/build/claudeproxy
cd /root/build/claudeproxy
DEB_BUILD_OPTIONS="nocheck parallel=2" dpkg-buildpackage -us -uc -b
cp ../claudeproxy_*.deb {DEB}
dpkg-deb -R {DEB} /root/next
sed -i 's/^Version: .*/&+next/' /root/next/DEBIAN/control
echo '# A new line.' >>/root/next/etc/claudeproxy.conf
dpkg-deb -b /root/next {NEXT}
"""


async def apt(b: Box, *words: str) -> str:
    return await command(b, "apt-get", "-y", "-qq", "--no-install-recommends", *words,
                         DEBIAN_FRONTEND="noninteractive")


async def nobody_serves(b: Box) -> None:
    said = await command(b, "systemctl", "show", "--value", "-p", "ActiveState",
                         "claudeproxy.socket")
    expect("the socket, before it is enabled", said, "inactive")


@asynccontextmanager
async def package(folder: Path) -> AsyncIterator[Served]:
    async with connected(folder) as (b, answering):
        await command(b, "systemctl", "is-system-running", "--wait")
        await command(b, "sh", "-c", BUILD)
        await apt(b, "install", DEB)
        await nobody_serves(b)
        configure(b, CONF)
        await systemctl(b, "enable", "--now", "claudeproxy.socket")
        yield Served(BASE, answering, b.pid, processes=b.processes, box=b)


async def lintian(served: Served) -> str:
    said = await command(served.box, "lintian", "--allow-root", "--fail-on=error,warning",
                         "-I", DEB)
    expect("what lintian says", said, "")
    return "no error, warning or information"


def owner(b: Box) -> tuple[int, int, int]:
    file = b.path(CONF).stat()
    return file.st_uid, file.st_gid, stat.S_IMODE(file.st_mode)


async def upgraded(served: Served) -> str:
    """A stream goes on, what is idle ends, the edited configuration stays as it is, and the socket
    never stops."""
    b = served.box
    before, text = owner(b), b.path(CONF).read_text()
    since = await systemctl(b, "show", "--value", "-p", "ActiveEnterTimestampMonotonic",
                            "claudeproxy.socket")
    async with stream(served) as (answer, asked), idle(served) as (quiet, _):
        await command(b, "dpkg", "--force-confold", "-i", NEXT, DEBIAN_FRONTEND="noninteractive")
        await soon(quiet.connection.ended(), "the end of the idle connection")
        await up(served)
        await hear(answer, asked, "second ")
        await end(answer, asked)
        await soon(answer.connection.ended(), "the end of the stream's connection")
    version = await command(b, "dpkg-query", "-W", "-f", "${Version}", "claudeproxy")
    expect("the version is the next", version.endswith("+next"), True)
    expect("owner and mode", owner(b), before)
    expect("the configuration stays", b.path(CONF).read_text() == text, True)
    expect("the socket's start", await systemctl(b, "show", "--value", "-p",
           "ActiveEnterTimestampMonotonic", "claudeproxy.socket"), since)
    return "the idle one ended, the stream went on; configuration, owner and socket as before"


async def new_sample(served: Served) -> str:
    """Who takes the maintainer's new configuration keeps owner and mode."""
    b = served.box
    before = owner(b)
    await command(b, "dpkg", "--force-confnew", "-i", DEB, DEBIAN_FRONTEND="noninteractive")
    expect("owner and mode", owner(b), before)
    return "0640 root:claudeproxy with the package's file too"


async def removed(served: Served) -> str:
    """Removal stops the socket and what is idle, and lets a stream end; a purge leaves the user
    alone."""
    b = served.box
    configure(b, CONF)
    async with stream(served) as (answer, asked), idle(served) as (quiet, _):
        await apt(b, "remove", "claudeproxy")
        await soon(quiet.connection.ended(), "the end of the idle connection")
        expect("the configuration stays", b.path(CONF).exists(), True)
        await hear(answer, asked, "second ")
        await end(answer, asked)
        await soon(answer.connection.ended(), "the end of the stream's connection")
    await apt(b, "purge", "claudeproxy")
    left = await command(b, "find", "/etc", "/usr", "/lib", "/var/cache", "/var/lib", "-xdev",
                         "-name", "*claudeproxy*")
    expect("what is left", left, "")
    await command(b, "id", "claudeproxy")
    expect("failed units", await systemctl(b, "--failed", "--plain", "--no-legend"), "")
    return "socket and idle one stopped, stream ended by itself; after the purge no file is left"


LANES = [
    Lane("package", (*PACKAGES, "debhelper", "lintian", "pkgconf", "libcmocka-dev"), package, {
        "lintian": lintian,
        "connect to first byte": figures,
        "next request": next_request,
        "events at once": events_at_once,
        "JSON answer": json_answer,
        "client key": keys,
        "key": key_is_safe,
        "exposure": exposure(EXPOSURE),
        "upgrade, in a stream": upgraded,
        "new sample configuration": new_sample,
        "remove and purge": removed,
    }),
]
