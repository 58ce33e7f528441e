"""Web servers that run the program as CGI, with the files of cgi/."""
import os
import signal
import ssl
import subprocess
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import AsyncIterator

from box import Box
from checks import common
from client import Wrong, request
from lane import Check, Lane, Served
from lanes_inetd import configure, installed, readme_line
from steps import soon

WWW_DATA = 33
BASE = "http://127.0.0.1/claude"


# ---- Apache: Debian keeps its apache2.conf in another package; what of it matters here ----

APACHE = """
ServerRoot /etc/apache2
ServerName localhost
DefaultRuntimeDir /run
PidFile /run/apache2.pid
ErrorLog /var/log/apache2.log
User www-data
Group www-data
Listen 80
Timeout 300
LoadModule mpm_{mpm}_module /usr/lib/apache2/modules/mod_mpm_{mpm}.so
"""
MODULES = ("authz_core", "alias", "env", "filter", "deflate", "reqtimeout")


@asynccontextmanager
async def apache(mpm: str, module: str, folder: Path) -> AsyncIterator[Served]:
    async with installed(folder, WWW_DATA) as (b, answering):
        modules = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
                          for name in (*MODULES, module))
        b.write("/etc/apache2/apache2.conf", APACHE.format(mpm=mpm) + modules
                + "AddOutputFilterByType DEFLATE text/event-stream application/json\n"
                + "IncludeOptional conf-enabled/*.conf\n")
        b.ship("cgi/apache.conf", "/etc/apache2/conf-enabled/claudeproxy.conf")
        server = await b.start("apache2", "-f", "/etc/apache2/apache2.conf", "-D", "FOREGROUND")

        async def reload() -> None:
            os.kill(server, signal.SIGUSR1)     # apache2ctl graceful

        yield Served(BASE, answering, b.pid, processes=b.processes, actions={"reload": reload},
                     keeps=False, configure=partial(configure, b, WWW_DATA))


# ---- the others, by their init scripts ----

@asynccontextmanager
async def lighttpd(folder: Path) -> AsyncIterator[Served]:
    async with installed(folder, WWW_DATA) as (b, answering):
        b.ship("cgi/lighttpd.conf", "/etc/lighttpd/conf-enabled/90-claudeproxy.conf")
        log = b.path("/var/log/lighttpd")
        log.mkdir()
        os.chown(log, WWW_DATA, WWW_DATA)
        await b.service("lighttpd", "start")
        yield Served(BASE, answering, b.pid, processes=b.processes, keeps=False,
                     configure=partial(configure, b, WWW_DATA))


async def start_nginx(b: Box) -> None:
    b.write("/etc/default/fcgiwrap", "DAEMON_OPTS=-fc256\n")
    b.ship("cgi/nginx.conf", "/etc/nginx/snippets/claudeproxy.conf")
    b.path("/var/log/nginx").mkdir()
    await b.service("fcgiwrap", "start")
    await b.service("nginx", "start")


@asynccontextmanager
async def nginx(folder: Path) -> AsyncIterator[Served]:
    async with installed(folder, WWW_DATA) as (b, answering):
        b.write("/etc/nginx/sites-enabled/default",
                "server { listen 80; include snippets/claudeproxy.conf; }\n")
        await start_nginx(b)
        yield Served(BASE, answering, b.pid, limit=256, over_limit="waits", processes=b.processes,
                     keeps=False,
                     actions={"reload": partial(b.service, "nginx", "reload")},
                     configure=partial(configure, b, WWW_DATA))


@asynccontextmanager
async def busybox(folder: Path) -> AsyncIterator[Served]:
    async with installed(folder, WWW_DATA) as (b, answering):
        await b.run("sh", "-c", readme_line("mkdir -p /srv/claude", "cgi/README"))
        await b.start("sh", "-c", "exec " + readme_line("busybox httpd", "cgi/README"))
        yield Served("http://127.0.0.1:8082/cgi-bin/claudeproxy", answering, b.pid,
                     keeps=False, processes=b.processes, configure=partial(configure, b, WWW_DATA))


# ---- TLS ----

def make_certificate(folder: Path) -> None:
    """A CA of our own, and a certificate that it signed for localhost."""
    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=test CA")
    openssl("req", *key, "-keyout", "host.key", "-out", "host.csr", "-subj", "/CN=127.0.0.1")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "host.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2",
            "-CAcreateserial", "-extfile", "names", "-out", "host.pem")


@asynccontextmanager
async def nginx_tls(folder: Path) -> AsyncIterator[Served]:
    make_certificate(folder)
    async with installed(folder, WWW_DATA) as (b, answering):
        b.write("/etc/ssl/certs/claudeproxy.pem", (folder / "host.pem").read_text())
        b.write("/etc/ssl/private/claudeproxy.key", (folder / "host.key").read_text(), 0o600)
        for site in b.path("/etc/nginx/sites-enabled").iterdir():
            site.unlink()
        b.ship("cgi/nginx-tls.conf", "/etc/nginx/sites-enabled/claudeproxy")
        await start_nginx(b)
        yield Served("https://127.0.0.1/claude", answering, b.pid,
                     trust=ssl.create_default_context(cafile=folder / "ca.pem"),
                     processes=b.processes, keeps=False,
                     actions={"reload": partial(b.service, "nginx", "reload")},
                     configure=partial(configure, b, WWW_DATA))


async def only_by_tls(served: Served) -> str:
    """Neither port serves without TLS, and a client that does not know the CA refuses."""
    try:
        await request("http://127.0.0.1:80", "GET", "/claude/health", pid=served.pid)
        raise Wrong("port 80 listens")
    except ConnectionRefusedError:
        pass
    plain = await request("http://127.0.0.1:443", "GET", "/claude/health", pid=served.pid)
    await soon(plain.head, "an answer to plain HTTP")
    plain.close()
    if plain.status != 400:
        raise Wrong(f"plain HTTP is answered {plain.status}")
    try:
        await request(served.base, "GET", "/health", pid=served.pid,
                      trust=ssl.create_default_context())
        raise Wrong("a client that does not know the CA is served")
    except ssl.SSLCertVerificationError:
        pass
    return "port 80 refused, plain HTTP on 443 400, an unknown CA refused by the client"


ONLY_BY_TLS: dict[str, Check] = {"only by TLS": only_by_tls}

# A web server may hand on anybody.
by_cgi = partial(common, 30, refused="through a web server")
LANES = [
    Lane("Apache cgid", ("apache2-bin",), partial(apache, "event", "cgid"),
         by_cgi("reload")),
    Lane("Apache cgi", ("apache2-bin",), partial(apache, "prefork", "cgi"), by_cgi("reload")),
    Lane("lighttpd", ("lighttpd",), lighttpd, by_cgi()),
    Lane("nginx+fcgiwrap", ("nginx-light", "fcgiwrap", "spawn-fcgi"), nginx,
         by_cgi("reload", limit=True)),
    Lane("busybox httpd", ("busybox",), busybox, by_cgi()),
    Lane("TLS, nginx", ("nginx-light", "fcgiwrap", "spawn-fcgi", "openssl"), nginx_tls,
         by_cgi("reload") | ONLY_BY_TLS),
]
