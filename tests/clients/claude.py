"""Runs Claude Code headless, in a home of its own, talking to nobody but the proxy."""
from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stage import CLIENT_KEY, Stage, process

PATIENCE = 170  # seconds that one run may take


@dataclass
class Run:
    """One that goes on."""
    child: subprocess.Popen[bytes]
    out: Path
    err: Path


@dataclass
class Said:
    """What the program printed."""
    status: int
    result: dict[str, Any]
    lines: list[dict[str, Any]]

    @property
    def text(self) -> str:
        return self.result.get("result") or ""


def own_folder(stage: Stage, name: str) -> Path:
    folder = stage.folder / name
    folder.mkdir(exist_ok=True)
    return folder


def environment(stage: Stage, key: str) -> dict[str, str]:
    """Nothing of the user's own; nobody else is asked."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(own_folder(stage, "home")),
            "CLAUDE_CODE_TMPDIR": str(own_folder(stage, "tmp")), "IS_SANDBOX": "1",
            "ANTHROPIC_BASE_URL": stage.proxy.url, "NO_PROXY": "127.0.0.1", key: CLIENT_KEY,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_TELEMETRY": "1",
            "DISABLE_AUTOUPDATER": "1"}


@contextmanager
def start(claude: Path, stage: Stage, prompt: str, *options: str, name: str = "claude",
          bare: bool = False, **settings: str) -> Iterator[Run]:
    """`bare` is the small mode with three tools, which shows its key in x-api-key."""
    env = environment(stage, "ANTHROPIC_API_KEY" if bare else "ANTHROPIC_AUTH_TOKEN")
    command = [claude, *(["--bare"] if bare else []), "-p", prompt, "--output-format",
               "stream-json", "--verbose", "--dangerously-skip-permissions", *options]
    out, err = stage.folder / f"{name}.out", stage.folder / f"{name}.err"
    with out.open("wb") as stdout, err.open("wb") as stderr, \
            process(command, env={**env, **settings}, cwd=own_folder(stage, "work"),
                    stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr) as child:
        yield Run(child, out, err)


def finish(one: Run, patience: float = PATIENCE) -> Said:
    """Waits for its end."""
    try:
        status = one.child.wait(patience)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"Claude Code did not end within {patience} s") from None
    lines = [json.loads(line) for line in one.out.read_text().splitlines() if line[:1] == "{"]
    results = [line for line in lines if line.get("type") == "result"]
    assert results, f"Claude Code gave no result: {one.err.read_text()[-500:]}"
    return Said(status, results[-1], lines)


def run(claude: Path, stage: Stage, prompt: str, *options: str, patience: float = PATIENCE,
        **settings: Any) -> Said:
    """One run from its start to its end."""
    with start(claude, stage, prompt, *options, **settings) as one:
        return finish(one, patience)


# ---- what it said ----

def well(said: Said, text: str) -> None:
    """The run ended well, with these last words."""
    assert said.status == 0 and not said.result["is_error"], f"failed: {said.text[:600]}"
    assert said.text == text, f"said {said.text[:600]!r} instead of {text!r}"


def badly(said: Said, api_status: int | None, *words: str) -> None:
    """It ended with an error that tells the user this."""
    seen = (said.status, said.result["is_error"], said.result.get("api_error_status"))
    assert seen == (1, True, api_status), f"ended with {seen}: {said.text[:600]}"
    for word in words:
        assert word in said.text, f"the user does not read {word!r}: {said.text[:600]}"


def blocks(said: Said, kind: str) -> list[dict[str, Any]]:
    """The model's blocks of a kind, as they were shown."""
    return [block for line in said.lines if line.get("type") == "assistant"
            for block in line["message"]["content"] if block["type"] == kind]


def retries(said: Said) -> list[dict[str, Any]]:
    return [line for line in said.lines if line.get("subtype") == "api_retry"]


def compactions(said: Said) -> int:
    return sum(line.get("subtype") == "compact_boundary" for line in said.lines)
