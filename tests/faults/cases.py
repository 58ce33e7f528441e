"""The faults: what happens, and what the client must get when it asked plainly and for a stream."""
import os
import re
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import Callable

import upstream as up
from client import TOOLS, Process, of_answer, request
from upstream import Behaviour, Upstream

NO_WORD = "nothing"
WHOLE = "200 whole"
CALL, CALL_NOT = "200 whole, with its call", "200, a call that cannot run"
BAD, LATE = "502 api_error", "504 timeout_error"
CUT, SILENT = "200, then api_error", "200, then timeout_error"


@dataclass
class Seen:
    got: str
    status: int             # the process'
    trouble: str = ""       # what else is wrong


@dataclass
class Case:
    """A fault, and of a plain request and a streamed one what may come; None: it has none."""
    name: str
    plain: str | None
    streamed: str | None
    play: Callable[[str, bool], Seen]       # program, streamed
    status: int = 0


# ---- upstream ----

def by_upstream(behaviour: Behaviour | None, large: bool = False, calls: bool = False,
                **settings: str):
    def play(program: str, streamed: bool) -> Seen:
        server = Upstream(behaviour)
        process = Process(program, f"http://127.0.0.1:{server.port}/v1", **settings)
        more = {"system": "x" * (8 << 20)} if large else {"tools": TOOLS} if calls else {}
        text = request(streamed, **more)
        threading.Thread(target=process.send, args=(text,), daemon=True).start()
        got = of_answer(process.read())
        seen = Seen(got, process.ended())
        server.close()
        return seen
    return play


def at(url: str, **settings: str):
    """Where there is no upstream of ours."""
    def play(program: str, streamed: bool) -> Seen:
        process = Process(program, url, **settings)
        process.send(request(streamed))
        return Seen(of_answer(process.read()), process.ended())
    return play


def nobody_accepts(program: str, streamed: bool) -> Seen:
    """A queue of connections that is full: what comes is thrown away."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        time.sleep(0.1)
        seen = at(f"http://127.0.0.1:{port}/v1")(program, streamed)
        for one in waiting:
            one.close()
    return seen


UPSTREAM = [
    Case("refuses the connection", BAD, BAD, at("http://127.0.0.1:1/v1")),
    Case("cannot be routed to", BAD, BAD, at("http://10.97.0.9:8000/v1")),
    Case("drops the connection's packets", LATE, LATE, at("http://10.98.0.9:8000/v1")),
    Case("does not accept", LATE, LATE, nobody_accepts),
    Case("resets at once", BAD, BAD, by_upstream(None)),
    Case("does not read a large request", LATE, LATE, by_upstream(up.not_read, large=True)),
    Case("closes after the request", BAD, BAD, by_upstream(up.after(0, "ends", of_head=True))),
    Case("resets after the request", BAD, BAD, by_upstream(up.after(0, "resets", of_head=True))),
    Case("stalls before the head", LATE, LATE, by_upstream(up.after(0, "stalls", of_head=True))),
    Case("the same, behind pings", LATE, SILENT,
         by_upstream(up.after(0, "stalls", of_head=True), PING_INTERVAL="1")),
    Case("103 for ever, no head", LATE, LATE, by_upstream(up.interim_for_ever)),
    Case("stalls in the head", LATE, LATE, by_upstream(up.after(0.5, "stalls", of_head=True))),
    Case("closes in the head", BAD, BAD, by_upstream(up.after(0.5, "ends", of_head=True))),
    Case("resets in the head", BAD, BAD, by_upstream(up.after(0.5, "resets", of_head=True))),
    Case("stalls behind the head", LATE, LATE, by_upstream(up.after(0, "stalls"))),
    Case("closes behind the head", BAD, BAD, by_upstream(up.after(0, "ends"))),
    Case("resets behind the head", BAD, BAD, by_upstream(up.after(0, "resets"))),
    Case("stalls in the body", LATE, SILENT, by_upstream(up.after(0.5, "stalls"))),
    Case("closes in the body", BAD, CUT, by_upstream(up.after(0.5, "ends"))),
    Case("resets in the body", BAD, CUT, by_upstream(up.after(0.5, "resets"))),
    Case("stalls just before the end", LATE, SILENT, by_upstream(up.after(0.8, "stalls"))),
    Case("ends well but unfinished", BAD, CUT, by_upstream(up.no_finish)),
    Case("a call", CALL, CALL, by_upstream(up.whole, calls=True)),
    Case("stalls in a call", LATE, SILENT, by_upstream(up.after(0.7, "stalls"), calls=True)),
    Case("closes in a call", BAD, CUT, by_upstream(up.after(0.7, "ends"), calls=True)),
    Case("resets in a call", BAD, CUT, by_upstream(up.after(0.7, "resets"), calls=True)),
    Case("ends well in a call, unfinished", CALL_NOT, CUT,
         by_upstream(up.ends_in_call(None), calls=True)),
    Case("ends well in a call, \"finished\"", CALL_NOT, CUT,
         by_upstream(up.ends_in_call("tool_calls"), calls=True)),
    Case("garbage in place of HTTP", BAD, BAD, by_upstream(up.garbage)),
    Case("garbage as the body", BAD, BAD, by_upstream(up.garbage_as_body)),
    Case("garbage in the body", BAD, CUT, by_upstream(up.garbage_in_body)),
    Case("drips, byte by byte", WHOLE, WHOLE, by_upstream(up.drips)),
]


def kept(program: str, streamed: bool) -> Seen:
    """One connection: after each fault a good answer; and no more descriptors than before."""
    faults = [up.after(part, then, of_head) for part in (0, 0.5) for then in
              ("ends", "resets", "stalls") for of_head in (True, False)]
    faults += [up.garbage, up.garbage_as_body, up.garbage_in_body, up.no_finish]
    server = Upstream(up.whole)
    process = Process(program, f"http://127.0.0.1:{server.port}/v1", KEEPALIVE_TIMEOUT="60")

    def ask() -> str:
        process.send(request(streamed))
        return of_answer(process.read())

    got = [ask(), ask()]
    before, trouble = process.descriptors(), ""
    for fault in faults:
        server.behaviours = [fault, up.whole]
        wrong = ask()
        server.behaviours = [up.whole]
        if wrong == WHOLE or ":" in wrong:
            trouble = f"a fault gave {wrong}"
        got.append(ask())
    if process.descriptors() > before:
        trouble = f"{process.descriptors()} descriptors, {before} before"
    seen = Seen(WHOLE if set(got) == {WHOLE} else str(set(got)), process.ended(), trouble)
    server.close()
    return seen


# ---- names ----

class NameServer:
    """One for each way to fail: the first label of the name says which."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        codes = {b"missing": 3, b"broken": 2, b"refused": 5}
        while True:
            query, sender = self.socket.recvfrom(512)
            label = query[13:13 + query[12]]
            end = query.index(b"\0", 12) + 5
            if label in codes:
                self.socket.sendto(query[:2] + bytes([0x81, 0x80 | codes[label], 0, 1]) +
                                   bytes(6) + query[12:end], sender)
            elif label == b"garbage":
                self.socket.sendto(query[:2] + up.noise(60), sender)


NAMES = [Case(f"DNS: {what}", wanted, wanted, at(f"http://{label}.test:8000/v1"))
         for what, label, wanted in (
             ("there is no such name", "missing", BAD), ("server failure", "broken", BAD),
             ("refused", "refused", BAD), ("no answer", "silent", LATE),
             ("garbage", "garbage", LATE))]


# ---- the client ----

def by_client(act: Callable[[Process, Upstream, bool], str], behaviour: Behaviour = up.whole,
              **settings: str):
    """Upstream's connection must be closed when the process has ended."""
    def play(program: str, streamed: bool) -> Seen:
        server = Upstream(behaviour)
        process = Process(program, f"http://127.0.0.1:{server.port}/v1", **settings)
        got = act(process, server, streamed)
        seen = Seen(got, process.ended())
        for _ in range(100):
            if not server.open:
                break
            time.sleep(0.02)
        else:
            seen.trouble = "upstream's connection is still open"
        server.close()
        return seen
    return play


def leaves(part: float, reset: bool = False):
    def act(process: Process, server: Upstream, streamed: bool) -> str:
        text = request(streamed)
        process.send(text[:int(len(text) * part)])
        if part == 1:
            server.asked.wait(20)
        process.leave(reset)
        return NO_WORD
    return act


def leaves_the_answer(process: Process, server: Upstream, streamed: bool) -> str:
    process.send(request(True))
    process.socket.recv(2000)
    process.leave()
    return NO_WORD


def half_closes(process: Process, server: Upstream, streamed: bool) -> str:
    process.send(request(streamed))
    process.socket.shutdown(socket.SHUT_WR)
    return of_answer(process.read())


def stalls(part: float):
    def act(process: Process, server: Upstream, streamed: bool) -> str:
        text = request(streamed)
        process.send(text[:int(len(text) * part)])
        return of_answer(process.read())
    return act


def does_not_read(process: Process, server: Upstream, streamed: bool) -> str:
    process.send(request(True))
    process.process.wait(60)
    return NO_WORD


def drips_request(pause: float):
    def act(process: Process, server: Upstream, streamed: bool) -> str:
        process.send(request(streamed), pause)
        return of_answer(process.read())
    return act


def drips_for_ever(field: bytes):
    """Of a head or a body, a byte each half second."""
    def act(process: Process, server: Upstream, streamed: bool) -> str:
        def drip() -> None:
            process.send(field)
            process.send(b"x" * 200, 0.5)
        threading.Thread(target=drip, daemon=True).start()
        return of_answer(process.read())
    return act


def reads_slowly(process: Process, server: Upstream, streamed: bool) -> str:
    process.send(request(streamed))
    return of_answer(process.read(slowly=True))


HEAD = b"POST /v1/messages HTTP/1.1\r\nhost: localhost\r\n"
SLOW = "408 invalid_request_error"
SILENCE = up.after(0, "stalls", of_head=True)
CLIENT = [
    Case("leaves at once", NO_WORD, None, by_client(leaves(0)), status=1),
    Case("leaves in the first line", NO_WORD, None, by_client(leaves(0.1)), status=1),
    Case("leaves in the head", NO_WORD, None, by_client(leaves(0.3))),
    Case("leaves in the body", NO_WORD, NO_WORD, by_client(leaves(0.9))),
    Case("leaves in upstream's silence", NO_WORD, NO_WORD,
         by_client(leaves(1), SILENCE, REQUEST_TIMEOUT="60")),
    Case("resets in upstream's silence", NO_WORD, NO_WORD,
         by_client(leaves(1, reset=True), SILENCE, REQUEST_TIMEOUT="60")),
    Case("leaves in the answer", None, NO_WORD, by_client(leaves_the_answer, up.floods)),
    Case("closes its half after the request", NO_WORD, NO_WORD, by_client(half_closes, SILENCE)),
    Case("stalls at once", NO_WORD, None, by_client(stalls(0)), status=1),
    Case("stalls in the first line", NO_WORD, None, by_client(stalls(0.1)), status=1),
    Case("stalls in the head", SLOW, None, by_client(stalls(0.3))),
    Case("stalls in the body", SLOW, SLOW, by_client(stalls(0.9))),
    Case("stalls in the answer", None, NO_WORD, by_client(does_not_read, up.floods)),
    Case("drips the request", WHOLE, WHOLE, by_client(drips_request(0.005))),
    Case("drips a head for ever", SLOW, None, by_client(drips_for_ever(HEAD + b"x-y: "))),
    Case("drips a body for ever", SLOW, None,
         by_client(drips_for_ever(HEAD + b"content-length: 5000\r\n\r\n"))),
    Case("reads byte by byte", WHOLE, WHOLE, by_client(reads_slowly)),
]


# ---- disks ----

def with_folder(folder: str):
    """A refusal is mended and cannot be remembered; nothing half written stays."""
    def play(program: str, streamed: bool) -> Seen:
        before = set(os.listdir(folder)) if os.path.isdir(folder) else set()
        seen = by_upstream(up.heals, CLAUDEPROXY_CACHE=folder)(program, streamed)
        after = set(os.listdir(folder)) if os.path.isdir(folder) else set()
        left = {name for name in after - before if "." in name}
        return Seen(seen.got, seen.status, f"left in the folder: {left}" if left else "")
    return play


DISKS = [
    Case("cache: disk full", WHOLE, WHOLE, with_folder("/mnt/full")),
    Case("cache: read-only", WHOLE, WHOLE, with_folder("/mnt/readonly")),
    Case("cache: no such folder", WHOLE, WHOLE, with_folder("/mnt/missing")),
    Case("cache: good", WHOLE, WHOLE, with_folder("/mnt/good")),
    Case("log: disk full", WHOLE, WHOLE, by_upstream(up.whole, stderr="/dev/full")),
]


def make_disks() -> None:
    for name in ("full", "readonly", "good"):
        os.mkdir(f"/mnt/{name}")
        if name != "good":
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", f"/mnt/{name}"],
                           check=True)
    with open("/mnt/full/filler", "wb", buffering=0) as file:
        try:
            while file.write(b"x" * 1024):
                pass
        except OSError:
            pass
    subprocess.run(["mount", "-o", "remount,ro", "/mnt/readonly"], check=True)


# ---- descriptors, memory ----

def descriptors(most: int):
    def play(program: str, streamed: bool) -> Seen:
        seen = by_upstream(up.whole, descriptors=most)(program, streamed)
        right = {WHOLE: 0, BAD: 0, "500 api_error": 0, NO_WORD: seen.status}
        if seen.got in right and seen.status == right[seen.got]:
            return Seen(f"an answer or an error ({seen.got})", 0)
        return seen
    return play


# With three no library can be opened.
DESCRIPTORS = [Case(f"{most} descriptors at most", "an answer or an error", "an answer or an error",
                    descriptors(most)) for most in range(4, 14)]


def hard(streamed: bool) -> bytes:
    """It is refused first and mended, and the answer holds a call."""
    return request(streamed, tools=TOOLS)


def allocations(program: str, preload: str, streamed: bool, server: Upstream) -> int:
    """How many a request takes."""
    read, write = os.pipe()
    process = Process(program, f"http://127.0.0.1:{server.port}/v1", LD_PRELOAD=preload,
                      NO_MEMORY_COUNT=str(write))
    os.close(write)
    process.send(hard(streamed))
    process.read()
    process.ended()
    with os.fdopen(read) as said:
        return int(re.search(r"\d+", said.read())[0])


def without_memory(program: str, preload: str, streamed: bool, server: Upstream, n: int) -> Seen:
    process = Process(program, f"http://127.0.0.1:{server.port}/v1", LD_PRELOAD=preload,
                      NO_MEMORY_AT=str(n))
    process.send(hard(streamed))
    return Seen(of_answer(process.read()), process.ended())
