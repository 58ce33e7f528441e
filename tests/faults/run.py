"""make check-faults: what fails around the program, and what its client then gets.

    python3 tests/faults/run.py PROGRAM PRELOAD [WORD...]      only the faults with one of the words

Each fault has a right answer, or a clean end; none may take a half answer for a whole one, and
nothing may be left over: no process, no descriptor, no file. Prints a table and "N passed, N
failed". Needs namespaces (of mounts, network, processes), which root has, and mostly users too.
"""
import concurrent.futures
import os
import subprocess
import sys
import time
from collections import Counter

sys.dont_write_bytecode = True

import cases
import upstream
from cases import Case, Seen

INSIDE = "CLAUDEPROXY_NAMESPACE"
NAMESPACES = ["unshare", "-r", "--mount", "--net", "--pid", "--fork", "--mount-proc"]
# Nobody answers behind it.
PAIR = "ip link add name near type veth peer name far".split()
GROUPS = {"upstream": cases.UPSTREAM, "": [Case("all of these on one connection", cases.WHOLE,
                                                cases.WHOLE, cases.kept)],
          "names": cases.NAMES, "client": cases.CLIENT, "disks": cases.DISKS,
          "descriptors": cases.DESCRIPTORS}
AT_ONCE = 24            # they mostly wait
MEMORY_AT_ONCE = 2

totals: Counter = Counter()


def report(name: str, way: str, seen: str, status: str, seconds: float, wrong: str) -> None:
    totals["failed" if wrong else "passed"] += 1
    print(f"{name:<36} {way:<9} {seen:<42} {status:>4} {seconds:6.1f} s  "
          f"{'FAILED: ' + wrong if wrong else ''}".rstrip(), flush=True)


# ---- faults of the table ----

def timed(program: str, case: Case, streamed: bool) -> tuple[Seen, float]:
    began = time.monotonic()
    try:
        seen = case.play(program, streamed)
    except Exception as error:      # a case that breaks down has failed; the others still run
        seen = Seen(f"{type(error).__name__}: {error}"[:80], -1)
    return seen, time.monotonic() - began


def run_cases(program: str, words: list[str]) -> None:
    chosen = [(case, streamed) for group, members in GROUPS.items() for case in members
              if not words or any(word in f"{group}: {case.name}" for word in words)
              for streamed in (False, True)
              if (case.streamed if streamed else case.plain) is not None]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        played = [pool.submit(timed, program, case, streamed) for case, streamed in chosen]
        for (case, streamed), future in zip(chosen, played):
            seen, seconds = future.result()
            wanted = case.streamed if streamed else case.plain
            wrong = seen.trouble
            if not wrong and not seen.got.startswith(wanted):
                wrong = f"not {wanted}"
            elif not wrong and seen.status != case.status:
                wrong = f"the exit status is not {case.status}"
            report(case.name, "streamed" if streamed else "plain", seen.got, str(seen.status),
                   seconds, wrong)


# ---- memory, at each place ----

RIGHT = {("nothing", 111), ("nothing", -6), ("a reset", 111), ("a reset", -6),
         ("500 api_error", 111), ("200, then api_error", 111), ("200 whole, with its call", 111),
         # A run that took fewer: answers come in other pieces each time.
         ("200 whole, with its call", 0)}


def run_memory(program: str, preload: str, streamed: bool) -> None:
    """Before main() it aborts, and before the request is read there is no answer either: the client
    sees the connection end, or a reset, since what it sent was not read."""
    server = upstream.Upstream(upstream.heals)
    began = time.monotonic()
    count = cases.allocations(program, preload, streamed, server)
    seen: Counter = Counter()
    wrong = ""
    with concurrent.futures.ThreadPoolExecutor(MEMORY_AT_ONCE) as pool:
        tried = {n: pool.submit(cases.without_memory, program, preload, streamed, server, n)
                 for n in range(1, count + 1)}
    for n, future in tried.items():
        got = future.result()
        seen[got.got, got.status] += 1
        if (got.got, got.status) not in RIGHT:
            wrong += f" at allocation {n}: {got.got}, {got.status}"
    server.close()
    way, seconds = "streamed" if streamed else "plain", time.monotonic() - began
    for (got, status), times in sorted(seen.items(), key=lambda item: -item[1]):
        print(f"{'no memory at each of ' + str(count) + ' places':<36} {way:<9} "
              f"{f'{times} × {got}':<42} {status:>4}")
    report("no memory, all places", way, f"{count} places", "", seconds, wrong)


# ---- what is left ----

def nothing_left() -> None:
    names = []
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/comm", encoding="ascii") as file:
                names.append(file.read().strip())
        except OSError:
            continue
    left = [f"process {name}" for name in names if "claudeproxy" in name]
    left += [name for name in os.listdir("/mnt") if name not in ("full", "readonly", "good")]
    report("nothing is left over", "", ", ".join(left) or "no process, no file", "", 0,
           "left" if left else "")


def prepare() -> None:
    for command in ("mount -t tmpfs tmpfs /mnt", "ip link set lo up",
                    " ".join(PAIR), "ip addr add 10.98.0.1/24 dev near", "ip link set near up",
                    "ip link set far up",
                    "ip neigh add 10.98.0.9 lladdr 02:00:00:00:00:09 dev near",
                    "ip route add unreachable 10.97.0.0/24"):
        subprocess.run(command.split(), check=True)
    with open("/mnt/resolv.conf", "w", encoding="ascii") as file:
        file.write("nameserver 127.0.0.1\noptions timeout:30\n")
    target = os.path.realpath("/etc/resolv.conf")
    subprocess.run(["mount", "--bind", "/mnt/resolv.conf", target], check=True)
    os.unlink("/mnt/resolv.conf")
    cases.make_disks()
    cases.NameServer()


def main(program: str, preload: str, words: list[str]) -> int:
    program, preload = os.path.abspath(program), os.path.abspath(preload)
    if not os.environ.get(INSIDE):
        if subprocess.run([*NAMESPACES, *PAIR], capture_output=True).returncode != 0:
            count = sum((case.plain is not None) + (case.streamed is not None)
                        for members in GROUPS.values() for case in members)
            print(f"there are no namespaces here\n0 passed, 0 failed, {count + 3} skipped")
            return 0
        os.environ[INSIDE] = "1"
        os.execvp("unshare", [*NAMESPACES, sys.executable, __file__, program, preload, *words])
    prepare()
    print(f"{'fault':<36} {'request':<9} {'the client got':<42} {'exit':>4} {'time':>8}")
    run_cases(program, words)
    # A sanitizer has a malloc of its own.
    with open(program, "rb") as file:
        sanitized = b"__asan_init" in file.read()
    if not sanitized and (not words or "memory" in words):
        for streamed in (False, True):
            run_memory(program, preload, streamed)
    nothing_left()
    print(f"{totals['passed']} passed, {totals['failed']} failed")
    return totals["failed"] > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
