"""Several machines: haproxy in front of three, each a box on a network of its own."""
import asyncio
import json
import socket
import subprocess
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, AsyncIterator

import upstream
from box import TREE, Box, box
from checks import common
from client import Answer, Wrong, request
from lane import CLIENT_KEY, Check, Lane, Served, settings, until
from lanes_inetd import CLAUDEPROXY_GROUP, CONF, replacing
from steps import ask, end, exchange, expect, hear, idle, message, models, soon, stream, up
from upstream import Ask

UPSTREAM = "10.77.0.2"
HOSTS = {"a": "10.77.0.11", "b": "10.77.0.12", "c": "10.77.0.13"}   # as in haproxy.cfg


def ip(b: Box, *arguments: str) -> None:
    """In the network of a box, but with our process ids."""
    subprocess.run(["nsenter", "-t", str(b.pid), "-n", "ip", *arguments], check=True)


def wire(front: Box, name: str, b: Box, address: str) -> None:
    """A cable from the switch in front to a box."""
    ip(front, "link", "add", "name", name, "type", "veth",
       "peer", "name", "eth0", "netns", str(b.pid))
    ip(front, "link", "set", "dev", name, "master", "switch", "up")
    ip(b, "address", "add", f"{address}/24", "dev", "eth0")
    ip(b, "link", "set", "eth0", "up")


def configure(b: Box, **more: str) -> None:
    b.write(CONF, settings(f"http://{UPSTREAM}:9000/v1", PROVIDER="deepseek", **more), 0o640,
            CLAUDEPROXY_GROUP)


async def start_host(b: Box, address: str) -> None:
    """A host as the README says: the shipped xinetd file, bound to the private network."""
    configure(b)
    shipped = (TREE / "xinetd/claudeproxy").read_text()
    b.write("/etc/xinetd.d/claudeproxy", shipped.replace("= 127.0.0.1", f"= {address}"))
    await b.service("xinetd", "start")


def command(front: Box, line: str) -> str:
    """Says a line to haproxy's admin socket."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(front.path("/run/haproxy/admin.sock")))
        sock.sendall(f"{line}\n".encode())
        return b"".join(iter(lambda: sock.recv(65536), b"")).decode()


@asynccontextmanager
async def haproxy(folder: Path) -> AsyncIterator[Served]:
    async with AsyncExitStack() as stack:
        async def new_box(name: str) -> Box:
            (folder / name).mkdir()
            return await stack.enter_async_context(box(folder / name))

        front = await new_box("front")
        ip(front, "link", "add", "switch", "type", "bridge")
        ip(front, "address", "add", "10.77.0.1/24", "dev", "switch")
        ip(front, "link", "set", "switch", "up")
        far = await new_box("upstream")
        wire(front, "to-upstream", far, UPSTREAM)
        answering = await stack.enter_async_context(upstream.listening(far.pid, UPSTREAM, 9000))
        hosts = {name: await new_box(name) for name in HOSTS}
        for name, b in hosts.items():
            wire(front, f"to-{name}", b, HOSTS[name])
            await start_host(b, HOSTS[name])
        front.ship("haproxy/haproxy.cfg", "/etc/haproxy/claudeproxy.cfg")
        front.write("/etc/default/haproxy", "CONFIG=/etc/haproxy/claudeproxy.cfg\n")
        front.path("/run/haproxy").mkdir()
        await front.service("haproxy", "start")

        async def replace_all() -> None:
            for b in hosts.values():
                await replacing(b)["new configuration"]()

        yield Served("http://127.0.0.1:8082", answering, front.pid, box=front,
                     configure=lambda **more: [configure(b, **more) for b in hosts.values()],
                     processes=lambda: [pid for b in hosts.values() for pid in b.processes()],
                     actions={"reload": partial(front.service, "haproxy", "reload"),
                              "new configuration": replace_all})


# ---- checks ----

async def reloaded(served: Served) -> str:
    """The old haproxy serves its streams to their end, and closes what is idle."""
    async with stream(served) as (answer, asked), idle(served) as (quiet, _):
        await served.actions["reload"]()
        await soon(quiet.connection.ended(), "the end of the idle connection")
        await up(served)
        await hear(answer, asked, "second ")
        await end(answer, asked)
        last, _ = await exchange(served, on=answer.connection)
        expect("its next answer is the last", last.keeps, False)
    return "the idle connection ended, the stream went on; its client's next answer is the last"


async def hosts_changed(served: Served) -> str:
    """Idle processes end on the hosts; haproxy keeps their clients, and asks for new processes."""
    async with stream(served) as (answer, asked), idle(served) as (quiet, before):
        await served.actions["new configuration"]()
        await until(lambda: len(served.processes()) == 1, "the idle process ends")
        _, again = await exchange(served, on=quiet.connection)
        expect("the same process", again.connection == before.connection, False)
        await hear(answer, asked, "second ")
        await end(answer, asked)
    return "the idle process ended, the next request on its client's connection got a new one"


async def spread(served: Served) -> str:
    streams = [await ask(served) for _ in range(9)]
    counts = {name: sum(asked.host == address for _, asked in streams)
              for name, address in HOSTS.items()}
    for answer, asked in streams:
        await hear(answer, asked, "first ")
        await end(answer, asked)
        answer.close()
    expect("streams a host", counts, {name: 3 for name in HOSTS})
    return "9 streams, 3 on each host"


async def drained(served: Served) -> str:
    """A drained host keeps its streams and gets no new ones."""
    answer, asked = await ask(served)
    name = next(name for name, address in HOSTS.items() if address == asked.host)
    try:
        await hear(answer, asked, "first ")
        command(served.box, f"set server hosts/{name} state drain")
        for _ in range(6):
            async with idle(served) as (_, other):
                expect("the drained host is asked", other.host == asked.host, False)
        await hear(answer, asked, "second ")
        await end(answer, asked)
        _, other = await exchange(served, on=answer.connection)
        expect("the drained host is asked", other.host == asked.host, False)
    finally:
        command(served.box, f"set server hosts/{name} state ready")
        answer.close()
    return "its stream goes on, 6 new ones go elsewhere, and so does its client's next"


async def one_user(served: Served) -> str:
    """Nobody is served by a process that has served somebody else, here or gone."""
    async with idle(served) as (alice, hers), idle(served) as (bob, his):
        for first, asked in ((alice, hers), (bob, his), (alice, hers)):
            _, again = await exchange(served, on=first.connection)
            expect("the process", again.connection, asked.connection)
    taken = {hers.connection, his.connection}
    for _ in range(6):
        async with idle(served) as (carol, asked):
            _, again = await exchange(served, on=carol.connection)
            expect("a process of another", {asked.connection, again.connection} & taken, set())
            taken.add(asked.connection)
    return "2 users at a time, 6 more after them: 8 processes"


async def tool_turn(served: Served, messages: list[dict[str, Any]], turn: int) -> str:
    """One turn with reasoning and a call, added to messages; returns the host that served it.

    The upstream refuses a history without its reasoning, as DeepSeek does.
    """
    model = next(models)
    body = message(model) | {"messages": messages, "thinking": {"type": "adaptive"}, "tools": [
        {"name": "Read", "input_schema": {"type": "object"}}]}
    answer = await request(served.base, "POST", "/v1/messages", body=json.dumps(body).encode(),
                           headers={"x-api-key": CLIENT_KEY}, pid=served.pid)
    asked: Ask = await soon(served.upstream.asked(model), "the request at the upstream")
    said = [one.get("reasoning_content") for one in asked.body["messages"]
            if one["role"] == "assistant"]
    expect("the reasoning in the history", said, [f"thought {n}" for n in range(turn)])
    await asked.chunk({"reasoning_content": f"thought {turn}"})
    await asked.chunk({"tool_calls": [{"index": 0, "id": f"call_{turn}", "type": "function",
                                       "function": {"name": "Read", "arguments": "{}"}}]})
    await asked.end("tool_calls")
    await soon(answer.head, "the head")
    events = await soon(answer.rest(), "the end of the stream")
    answer.close()
    signature = "".join(event["delta"].get("signature", "") for event in events
                        if event["type"] == "content_block_delta")
    call = next(event["content_block"] for event in events
                if event.get("content_block", {}).get("type") == "tool_use")
    messages += [
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": f"thought {turn}", "signature": signature},
            {"type": "tool_use", "id": call["id"], "name": "Read", "input": {}}]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": call["id"], "content": "nothing"}]}]
    return asked.host


async def session(served: Served, turns: int = 6) -> str:
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Read it"}]
    hosts = [await tool_turn(served, messages, turn) for turn in range(turns)]
    if len(set(hosts)) < 2:
        raise Wrong(f"all turns went to {hosts[0]}")
    return f"{turns} turns through {len(set(hosts))} hosts, all reasoning came back"


async def cut(answer: Answer) -> str:
    """How a request ends whose host is gone."""
    try:
        await soon(answer.head, "an end")
        while await soon(answer.event(), "an end") is not None:
            pass
        return "end" if answer.status == 200 else str(answer.status)
    except Wrong as wrong:
        if "in vain" in str(wrong):
            raise
        return "cut" if answer.status == 200 else str(answer.status or "closed")
    finally:
        answer.close()


async def repeat(served: Served) -> None:
    """What a client does after a lost request: the same once more."""
    answer, asked = await ask(served)
    try:
        await hear(answer, asked, "again ")
        await end(answer, asked)
    finally:
        answer.close()


async def host_dies(served: Served) -> str:
    """The cable of one host is pulled under load; nobody says a word."""
    streams = [await ask(served) for _ in range(12)]
    for answer, asked in streams:
        await hear(answer, asked, "first ")
    waiting = [await ask(served, stream=False) for _ in range(6)]
    dead = HOSTS["a"]
    ip(served.box, "link", "set", "to-a", "down")
    await asyncio.gather(*(repeat(served) for _ in range(30)))     # not yet handed on: none is lost
    ends: dict[str, int] = {}
    for answer, asked in [*streams, *waiting]:
        if asked.host == dead:
            seen = await cut(answer)
            ends[seen] = ends.get(seen, 0) + 1
            await repeat(served)
    expect("a lost stream looks complete", "end" in ends, False)
    expect("requests on the dead host", sum(ends.values()), (len(streams) + len(waiting)) // 3)
    for answer, asked in streams:
        if asked.host != dead:
            await hear(answer, asked, "second ")
            await end(answer, asked)
            answer.close()
    for answer, asked in waiting:
        if asked.host != dead:
            await asked.complete("done")
            await soon(answer.head, "the answer")
            expect("the status", answer.status, 200)
            answer.close()
    seen = await session(served)
    ip(served.box, "link", "set", "to-a", "up")
    await up(served)
    how = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
    return f"30 new ones served; on the dead host: {how}, each repeated and served; then {seen}"


CHECKS: dict[str, Check] = {
    "reload, in a stream": reloaded,
    "new configuration on hosts": hosts_changed,
    "spread": spread,
    "one user, one process": one_user,
    "one host drained": drained,
    "a session over hosts": session,
    "one host dies": host_dies,
}

LANES = [
    Lane("haproxy, 3 hosts", ("haproxy", "xinetd", "iproute2"), haproxy,
         common(20, refused="to the address 10.77.0.") | CHECKS),
]
