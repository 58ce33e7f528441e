"""Claude Code at work: its tools, what they give back, agents."""
from __future__ import annotations

import base64
import errno
import json
import os
from pathlib import Path

import claude
from install import Installed
from scenarios import scenario
from stage import (all_text, arguments_of, contains, equal, grows, holds, notes, result_of,
                   results_in, stage, text_of, turn_with, until)
from upstream import Answer, Json, call, calls, say, text, think

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGA"
                       "hKmMIQAAAABJRU5ErkJggg==")
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj
xref
0 4
0000000000 65535 f\x20
0000000009 00000 n\x20
0000000052 00000 n\x20
0000000101 00000 n\x20
trailer<</Size 4/Root 1 0 R>>
startxref
161
%%EOF
"""
# Quotes, backslashes, characters of all lengths; no line ends with blanks, which Write cuts off.
LINE = """{}: "grüße" \\n 'x' \\\\ 世界 🎉 {{}}</x>\n"""
LARGE = "".join(LINE.format(number) for number in range(2500))
NOTE = 'grüße "x" \\n 世界\n'
EDITED = 'Grüße — ‘y’ \t\\t 🎉 \\n 世界\n'


def bash(id: str, command: str, index: int = 0) -> Answer:
    return call(id, "Bash", {"command": command, "description": "work"}, index=index)


@scenario("plain answer", "claude")
def plain(folder: Path, have: Installed) -> None:
    words = "Grüße from the upstream: “quoted” \\ 世界 🎉\n\n    indented, and a tab:\t."
    with stage(folder, lambda request, number: text(words), BIG_MODEL="big-model") as on:
        said = claude.run(have.claude, on, "Say “something”")
        claude.well(said, words)
        equal(len(on.upstream.asked), 1, "requests")
        request = on.upstream.asked[0]
        equal((request["model"], request["stream"]), ("big-model", True), "what was asked")
        contains(all_text(request), "Say “something”", "the prompt")
        usage = said.result["usage"]
        equal((usage["input_tokens"], usage["output_tokens"]), (12000, 20), "tokens")


@scenario("key in x-api-key", "claude")
def api_key(folder: Path, have: Installed) -> None:
    with stage(folder, lambda request, number: text("Small.")) as on:
        claude.well(claude.run(have.claude, on, "Hello", bare=True), "Small.")
        equal([tool["function"]["name"] for tool in on.upstream.asked[0]["tools"]],
              ["Bash", "Edit", "Read"], "tools")


def works(work: Path) -> dict[str, tuple[str, Json]]:
    """Each call of the tool loop."""
    note, large = str(work / "note.txt"), str(work / "large.txt")
    printf = """printf '%s\\n' 'grüße "x" \\n 世界' > note.txt && cat note.txt"""
    return {
        "call_bash": ("Bash", {"command": printf, "description": "write"}),
        "call_read": ("Read", {"file_path": note}),
        "call_edit": ("Edit", {"file_path": note, "old_string": 'grüße "x"',
                               "new_string": "Grüße — ‘y’ \t\\t 🎉"}),
        "call_write": ("Write", {"file_path": large, "content": LARGE}),
        "call_grep": ("Grep", {"pattern": 'Grüße.*‘y’|^7: "grü', "output_mode": "content"}),
        "call_fails": ("Bash", {"command": "wc -l < large.txt; exit 3", "description": "count"}),
    }


def tool_loop_results(request: Json) -> None:
    results = results_in(request)
    contains(results["call_bash"], NOTE.strip(), "the result of Bash")
    contains(results["call_read"], NOTE.strip(), "the result of Read")
    contains(results["call_grep"], "note.txt:1:" + EDITED.strip(), "the result of Grep")
    contains(results["call_grep"], "large.txt:8:" + LINE.format(7).strip(), "the result of Grep")
    contains(results["call_fails"], "2500", "the result of a command that fails")
    contains(results["call_fails"], "Exit code 3", "the result of a command that fails")


@scenario("tool loop", "claude")
def tool_loop(folder: Path, have: Installed) -> str:
    work = folder / "work"
    made = works(work)

    def script(request: Json, number: int) -> Answer:
        if number > len(made):
            return text("All done.")
        id, (name, arguments) = list(made.items())[number - 1]
        return think(f"Thought {number}.") + say("I work.") + calls(
            call(id, name, arguments, size=97))

    with stage(folder, script) as on:
        said = claude.run(have.claude, on, "Work", "--tools", "Bash,Read,Edit,Write,Grep")
        claude.well(said, "All done.")
        equal(len(on.upstream.asked), len(made) + 1, "requests")
        holds(work / "note.txt", EDITED)
        holds(work / "large.txt", LARGE)
        equal(len(claude.blocks(said, "thinking")), len(made), "thoughts that were shown")
        last = on.upstream.asked[-1]
        tool_loop_results(last)
        for id, (name, arguments) in made.items():
            added = {"replace_all": False} if name == "Edit" else {}  # by Claude Code
            equal(arguments_of(last, id), {**arguments, **added}, f"the arguments of {name}")
        grows(on.upstream.asked)
    return f"{len(LARGE.encode()) // 1000} kB in one argument"


def write_pipe(pipe: Path, words: str) -> bool:
    """Once somebody reads there."""
    try:
        end = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENXIO:
            return False
        raise
    with open(end, "w") as file:
        file.write(words)
    return True


@scenario("parallel calls", "claude")
def parallel(folder: Path, have: Installed) -> None:
    """Three commands read at the same time, and are done in the opposite order."""
    pipes = [folder / "work" / f"pipe{at}" for at in range(3)]
    (folder / "work").mkdir()
    for pipe in pipes:
        os.mkfifo(pipe)

    def script(request: Json, number: int) -> Answer:
        if number > 1:
            return text("Three read.")
        return calls(*(bash(f"call_{at}", f"cat pipe{at}", index=at) for at in range(3)))

    with stage(folder, script) as on:
        with claude.start(have.claude, on, "Read three") as one:
            for at in (2, 1, 0):
                until(f"command {at} runs", lambda: write_pipe(pipes[at], f"from {at}\n"))
                until(f"command {at} is done", lambda: f"from {at}" in one.out.read_text())
            claude.well(claude.finish(one), "Three read.")
        last = on.upstream.asked[-1]
        ids = [f"call_{at}" for at in range(3)]
        equal([one["id"] for one in turn_with(last, ids[0])["tool_calls"]], ids, "calls")
        equal(list(results_in(last)), ids, "the order of results")
        equal(list(results_in(last).values()), [f"from {at}" for at in range(3)], "results")


def parts_of(request: Json, kind: str) -> list[Json]:
    contents = [one["content"] for one in request["messages"]]
    return [part[kind] for content in contents if isinstance(content, list)
            for part in content if part["type"] == kind]


@scenario("image and PDF", "claude")
def media(folder: Path, have: Installed) -> None:
    files = {"p.png": PNG, "p.pdf": PDF}
    (folder / "work").mkdir()
    for name, data in files.items():
        (folder / "work" / name).write_bytes(data)

    def script(request: Json, number: int) -> Answer:
        if number > len(files):
            return text("Seen.")
        path = folder / "work" / list(files)[number - 1]
        return calls(call(f"call_{number}", "Read", {"file_path": str(path)}))

    with stage(folder, script) as on:
        claude.well(claude.run(have.claude, on, "Look"), "Seen.")
        last = on.upstream.asked[-1]
        equal([part["url"] for part in parts_of(last, "image_url")],
              ["data:image/png;base64," + base64.b64encode(PNG).decode()], "images")
        equal([part["file_data"] for part in parts_of(last, "file")],
              ["data:application/pdf;base64," + base64.b64encode(PDF).decode()], "documents")


@scenario("structured output", "claude")
def structured(folder: Path, have: Installed) -> None:
    schema = {"type": "object", "required": ["city", "people"], "additionalProperties": False,
              "properties": {"city": {"type": "string"}, "people": {"type": "integer"}}}
    value = {"city": "Zürich “ZH”", "people": 9007199254740991}
    answer = call("call_1", "StructuredOutput", value)
    with stage(folder, lambda request, number: calls(answer)) as on:
        said = claude.run(have.claude, on, "Where?", "--json-schema", json.dumps(schema))
        claude.well(said, json.dumps(value, ensure_ascii=False, separators=(",", ":")))
        equal(said.result["structured_output"], value, "the structured output")
        tools = {tool["function"]["name"]: tool["function"]["parameters"]
                 for tool in on.upstream.asked[0]["tools"]}
        for name in ("required", "properties"):
            equal(tools["StructuredOutput"][name], schema[name], f"the schema's {name}")


@scenario("subagent", "claude")
def subagent(folder: Path, have: Installed) -> None:
    task = {"description": "find", "prompt": "Find the answer to it",
            "subagent_type": "general-purpose", "run_in_background": False}

    def agent(request: Json) -> Answer:
        return text("The report: 42.") if results_in(request) else calls(
            bash("call_in", "echo inside > inside.txt"))

    def script(request: Json, number: int) -> Answer:
        first = next(one for one in request["messages"] if one["role"] == "user")
        if task["prompt"] in text_of(first):
            return agent(request)
        return text("The agent said so.") if results_in(request) else calls(
            call("call_out", "Agent", task))

    with stage(folder, script) as on:
        claude.well(claude.run(have.claude, on, "Ask an agent"), "The agent said so.")
        equal(len(on.upstream.asked), 4, "requests")
        contains(result_of(on.upstream.asked[-1], "call_out"), "The report: 42.", "the report")
        holds(folder / "work" / "inside.txt", "inside\n")


@scenario("web search", "claude")
def web_search(folder: Path, have: Installed) -> None:
    """There is none behind this proxy: the model hears that, and the turn goes on."""
    honest = "I can't search the web here."
    searches: list[Json] = []

    def script(request: Json, number: int) -> Answer:
        if "Perform a web search" in all_text(request):
            searches.append(request)
            return text(honest)
        if number == 1:
            return calls(call("call_1", "WebSearch", {"query": "news of today"}))
        return text("No search, so I say what I know.")

    with stage(folder, script) as on:
        said = claude.run(have.claude, on, "Search")
        claude.well(said, "No search, so I say what I know.")
        equal(len(searches), 1, "searches")
        assert "tools" not in searches[0], "a server tool reached the provider"
        contains(all_text(searches[0]), "web search is not available here", "what the model hears")
        contains(result_of(on.upstream.asked[-1], "call_1"), honest, "the result of the search")
        contains(notes(on.proxy), "dropped:web_search", "the log")
