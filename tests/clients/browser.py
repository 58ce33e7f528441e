"""Web pages in a real browser that try to spend the key of `make run`'s proxy, which has no key of
its own for clients.

The page stands on a name that the browser resolves to 127.0.0.1, the address space from which
Chromium lets a page reach loopback at all. It tries each way that needs no permission of the other
side (a fetch without CORS, a form, an image, and both of them as a whole page) under each name and
address that leads to the proxy.
"""
from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from install import Installed
from scenarios import scenario
from stage import KEY, PROGRAM, Proxy, equal, free_port, listens, process, until
from upstream import Upstream, serve, text

in_scenario = partial(scenario, needs="chromium")

TREE = Path(__file__).resolve().parents[2]
TARGETS = {
    "name": "http://other.example:{port}",
    "localhost": "http://localhost:{port}",
    "loopback": "http://127.0.0.1:{port}",
    "mapped": "http://[::ffff:127.0.0.1]:{port}",
    "zero": "http://0.0.0.0:{port}",
}
FLAGS = [*"""--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
    --disable-background-networking --disable-component-update --no-proxy-server""".split(),
         "--host-resolver-rules=MAP *.example 127.0.0.1"]

# A form with this field in text/plain is a Messages request: NAME=VALUE, and a line break.
FIELD = '{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],"x":"'


def form(target: str, frame: str) -> str:
    return f"""<form method=post enctype=text/plain action="{target}/v1/messages" target={frame}>
        <input name='{FIELD}' value='"}}'></form>
        <script>document.forms[document.forms.length - 1].submit()</script>"""


def page_of_all(targets: list[str]) -> str:
    """Fetches, forms in frames, images: three requests a target."""
    parts = []
    for number, target in enumerate(targets):
        parts.append(f'<img src="{target}/test-connection"><iframe name=f{number}></iframe>')
        parts.append(form(target, f"f{number}"))
        parts.append(f"<script>fetch('{target}/v1/messages', {{method: 'POST', mode: 'no-cors', "
                     "headers: {'content-type': 'text/plain'}, "
                     f"body: '{FIELD}\"}}'}})</script>")
    return "".join(parts)


def page(path: str) -> str:
    asked = parse_qs(urlsplit(path).query)
    targets = asked.get("to", [])
    if "form" in asked:
        return form(targets[0], "_top")
    if "location" in asked:
        return f"<script>location = '{targets[0]}/test-connection'</script>"
    return page_of_all(targets)


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = ("<!doctype html>" + page(self.path)).encode()
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def pages() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://page.example:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def make_run(folder: Path, **settings: str) -> Iterator[tuple[Proxy, Upstream]]:
    """What `make run` starts, before an upstream that answers everything."""
    front = Proxy(free_port(), folder / "proxy.log")
    with serve(lambda request, number: text("Hello.")) as upstream, \
            front.log_file.open("wb") as log:
        environment = {"PATH": os.environ["PATH"], "PORT": str(front.port), "OPENAI_API_KEY": KEY,
                       "OPENAI_BASE_URL": upstream.url, "PROGRAM": str(PROGRAM), **settings}
        with process([TREE / "tests/serve"], env=environment, stdout=log, stderr=log) as child:
            until("make run serves", lambda: child.poll() is not None or listens(front.port))
            assert child.poll() is None, front.log_file.read_text()
            yield front, upstream


def requests(front: Proxy) -> list[str]:
    """METHOD PATH STATUS of each request to what spends the key."""
    words = [line.split(" ")[1:4] for line in front.log()]
    return [" ".join(one) for one in words if one[1] in ("/v1/messages", "/test-connection")]


def visit(folder: Path, url: str, front: Proxy, count: int) -> None:
    """Opens a page, until so many requests more have been answered."""
    seen = len(requests(front))
    with (folder / "chromium.log").open("ab") as log, process(
            ["chromium", *FLAGS, f"--user-data-dir={folder}/profile",
             "--remote-debugging-port=0", url], stdout=log, stderr=log,
            stdin=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "HOME": str(folder)}):
        until(f"{count} requests of {url}", lambda: len(requests(front)) >= seen + count)


def targets_of(front: Proxy) -> list[str]:
    return [target.format(port=front.port) for target in TARGETS.values()]


@in_scenario("browser: a page")
def a_page(folder: Path, have: Installed) -> str:
    with make_run(folder) as (front, upstream), pages() as site:
        count = 3 * len(TARGETS)
        visit(folder, f"{site}/?to=" + "&to=".join(targets_of(front)), front, count)
        equal({one.split(" ")[2] for one in requests(front)}, {"403"}, "the statuses")
        equal(upstream.asked, [], "what reached the upstream")
    return f"{count} requests, each 403"


@in_scenario("browser: a whole page")
def a_whole_page(folder: Path, have: Installed) -> str:
    with make_run(folder) as (front, upstream), pages() as site:
        for target in targets_of(front):
            for how in ("form", "location"):
                visit(folder, f"{site}/?{how}=1&to={target}", front, 1)
        equal({one.split(" ")[2] for one in requests(front)}, {"403"}, "the statuses")
        equal(upstream.asked, [], "what reached the upstream")
    return f"{2 * len(TARGETS)} pages, each 403"


@in_scenario("browser: a name that is allowed")
def allowed(folder: Path, have: Installed) -> None:
    """The other two would see it if a page got through."""
    with make_run(folder, ALLOWED_HOSTS="other.example") as (front, upstream), pages() as site:
        target = TARGETS["name"].format(port=front.port)
        visit(folder, f"{site}/?location=1&to={target}", front, 1)
        equal(requests(front), ["GET /test-connection 200"], "the request")
        equal(len(upstream.asked), 1, "requests at the upstream")
