"""Super-servers: xinetd, the classic inetd, tcpserver, socat, systemd's activator."""
import os
import signal
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import AsyncIterator, Callable

import upstream
from box import Box, box
from checks import common
from lane import Lane, Served, settings

PORT = 8082
UPSTREAM = "http://127.0.0.1:9000/v1"
CONF = "/etc/claudeproxy.conf"
CLAUDEPROXY_GROUP = 911     # see box.sh


@asynccontextmanager
async def serving(folder: Path, server: Callable[[Box], list[str]],
                  **more: object) -> AsyncIterator[Served]:
    """A box in which the server runs in front of the installed program."""
    async with (box(folder) as b,
                upstream.listening(b.pid, "127.0.0.1", 9000) as up):
        b.write(CONF, settings(UPSTREAM), 0o640, CLAUDEPROXY_GROUP)
        command = server(b)
        running = [await b.start(*command)]

        async def reload() -> None:
            os.kill(running[0], signal.SIGHUP)

        async def restart() -> None:
            await b.stop(running[0])
            running[0] = await b.start(*command)

        yield Served(f"http://127.0.0.1:{PORT}", up, b.pid, processes=b.processes,
                     actions={"reload": reload, "restart": restart}, **more)


def socat(folder: Path) -> AbstractAsyncContextManager[Served]:
    listen = f"TCP4-LISTEN:{PORT},bind=127.0.0.1,fork,reuseaddr,backlog=512,max-children=256"
    program = f"EXEC:/usr/local/bin/claudeproxy -c {CONF},nofork,su=claudeproxy"
    return serving(folder, lambda _: ["socat", listen, program])


LANES = [
    Lane("socat", ("socat",), socat, common(20, "restart")),
]
