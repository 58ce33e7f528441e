"""Runs Claude Code in a terminal, as a person sees it."""
from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import claude
from stage import Stage, process, until

ROWS, COLUMNS = 50, 120


class Terminal:
    def __init__(self, end: int, copy: Path) -> None:
        self._end, self._copy = end, copy
        self._bytes = 0
        copy.touch()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with self._copy.open("wb", buffering=0) as copy:
            try:
                while True:
                    self._bytes += copy.write(os.read(self._end, 65536))
            except OSError:     # the program has ended
                pass

    def _answered(self, words: bytes, what: str) -> None:
        before = self._bytes
        os.write(self._end, words)
        until(f"the terminal shows {what}", lambda: self._bytes > before)

    def enter(self, words: str) -> None:
        """Types a line. What comes in one piece with its end would be taken for a paste."""
        self._answered(words.encode(), "what was typed")
        self._answered(b"\r", "that it was sent")

    def wait_for_prompt(self) -> None:
        until("the prompt is there", lambda: "❯".encode() in self._copy.read_bytes())


def know_the_user(home: Path, work: Path) -> None:
    """What Claude Code asks when it meets somebody for the first time."""
    folder = {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}
    (home / ".claude.json").write_text(json.dumps({
        "hasCompletedOnboarding": True, "theme": "dark", "bypassPermissionsModeAccepted": True,
        "projects": {str(work): folder}}))


@contextmanager
def terminal(program: Path, stage: Stage) -> Iterator[Terminal]:
    env = claude.environment(stage, "ANTHROPIC_AUTH_TOKEN") | {"TERM": "xterm-256color"}
    work = claude.own_folder(stage, "work")
    know_the_user(Path(env["HOME"]), work)
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    try:
        with process([program, "--dangerously-skip-permissions"], env=env, cwd=work,
                     stdin=its, stdout=its, stderr=its):
            shown = Terminal(ours, stage.folder / "terminal")
            shown.wait_for_prompt()
            yield shown
    finally:
        os.close(its)
        os.close(ours)
