"""Installs what tests/clients/versions names into a folder of the build tree."""
from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from stage import process

PATIENCE = 300  # seconds that a registry gets
# What npm and pip say when they reach none, or one that gives nothing away. Other errors are ours.
UNREACHED = re.compile(r"E(CONN\w+|NOTFOUND|AI_AGAIN|TIMEDOUT|\w+UNREACH|(403|407|429|5\d\d)\b)|"
                       r"SOCKET_TIMEOUT|connection broken|Max retries|timed out|took more than|"
                       r"[A-Z_]*CERT(IFICATE)?_[A-Z_]+|from versions: none")


class Broken(Exception):
    """The registry answers, and still it can't be installed: a wrong version, say."""


@dataclass
class Installed:
    """Where things are; None with a reason in `missing` where they are not."""
    claude: Path | None = None
    node: Path | None = None        # a folder with node_modules
    python: Path | None = None      # of the venv, with the package anthropic
    llama: Path | None = None       # of the venv, with llama.cpp and a model
    chromium: Path | None = None    # Debian's
    curl: Path | None = None        # the same
    missing: dict[str, str] = field(default_factory=dict)


def versions() -> dict[str, dict[str, str]]:
    pins: dict[str, dict[str, str]] = {"npm": {}, "pypi": {}}
    for line in Path(__file__).with_name("versions").read_text().splitlines():
        if line and not line.startswith("#"):
            registry, package, version = line.split()
            pins[registry][package] = version
    return pins


# ---- one command, one folder ----

def run(*command: str | Path) -> str:
    """Runs it; what went wrong, or nothing."""
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with process(list(command), **options) as child:
        try:
            output = child.communicate(timeout=PATIENCE)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            return f"{command[0]} took more than {PATIENCE} s"
    return (output.strip() or f"status {child.returncode}") if child.returncode else ""


def once(folder: Path, pins: dict[str, str], install: Callable[[list[str]], str],
         joint: str) -> str:
    """Installs into the folder, unless it holds these versions. Why that was not possible, or
    nothing."""
    wanted = [f"{name}{joint}{version}" for name, version in pins.items()]
    stamp = folder / "installed"
    if stamp.is_file() and stamp.read_text().split() == wanted:
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    output = install(wanted)
    unreached = UNREACHED.search(output)
    if output and not unreached:
        raise Broken(output)
    if unreached:
        return f"the registry can't be reached, or has nothing for this machine: {unreached[0]}"
    stamp.write_text("\n".join(wanted))
    return ""


def install_npm(folder: Path, pins: dict[str, str]) -> str:
    if not shutil.which("npm"):
        return "npm is missing"
    return once(folder, pins, lambda wanted: run(
        "npm", "install", "--prefer-offline", "--fetch-retries=1", "--loglevel=error", "--no-audit",
        "--no-fund", "--prefix", folder, *wanted), "@")


def install_venv(folder: Path, pins: dict[str, str], *options: str) -> str:
    return once(folder, pins, lambda wanted: run(sys.executable, "-m", "venv", folder) or run(
        folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check",
        "--only-binary", ":all:", *options, *wanted), "==")


def install_debian(package: str) -> str:
    """One whose program has the package's name."""
    if not shutil.which(package) and os.geteuid() == 0:
        run("apt-get", "update", "-qq")
        run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq", package)
    return "" if shutil.which(package) else f"{package} is not installed"


# ---- all ----

def claude_of(npm: Path) -> Path | None:
    """The native program that the wrapper package brought for this machine."""
    found = sorted(npm.glob("node_modules/@anthropic-ai/claude-code-*/claude"))
    return found[0] if found else None


def install(folder: Path, needs: set[str]) -> Installed:
    """What these need; the rest stays None."""
    pins = versions()
    sdk = {"anthropic": pins["pypi"].pop("anthropic")}
    ways: dict[str, Callable[[], str]] = {
        "node": lambda: install_npm(folder / "npm", pins["npm"]),
        "python": lambda: install_venv(folder / "python", sdk),
        "llama": lambda: install_venv(folder / "llama", pins["pypi"], "--no-deps"),
        "chromium": lambda: install_debian("chromium"),
        "curl": lambda: install_debian("curl"),
    }
    wanted = [need for need in ways if need in needs or (need == "node" and "claude" in needs)]
    with ThreadPoolExecutor() as pool:
        done = dict(zip(wanted, pool.map(lambda need: ways[need](), wanted)))
    missing = {need: reason for need, reason in done.items() if reason}
    have = Installed(missing=missing)
    if done.get("node") == "":
        have.node, have.claude = folder / "npm", claude_of(folder / "npm")
    if done.get("python") == "":
        have.python = folder / "python/bin/python"
    if done.get("llama") == "":
        have.llama = folder / "llama/bin/python"
    if done.get("chromium") == "":
        have.chromium = Path(shutil.which("chromium") or "")
    if done.get("curl") == "":
        have.curl = Path(shutil.which("curl") or "")
    if "claude" in needs and not have.claude:
        missing["claude"] = missing.get("node", "the package has no program for this machine")
    return have
