"""The list of scenarios: each file that has some enters them here."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from install import Installed

Play = Callable[[Path, Installed], str | None]  # gets a folder of its own; may say a figure


@dataclass
class Scenario:
    name: str
    needs: str      # names of install.Installed, between blanks
    play: Play
    alone: bool     # it takes the whole machine
    long: bool      # it waits for most of a minute: others go on beside it
    full: bool      # it takes minutes, and is played only when it is named


scenarios: list[Scenario] = []


def scenario(name: str, needs: str, alone: bool = False, long: bool = False,
             full: bool = False) -> Callable[[Play], Play]:
    def enter(play: Play) -> Play:
        scenarios.append(Scenario(name, needs, play, alone, long, full))
        return play
    return enter
