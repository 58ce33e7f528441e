"""The configuration of the Python proxy that this program replaces: its users bring their file.

What that proxy did is known from its documentation and its behaviour; here is what ours does with
the same lines. Each scenario runs the program with such a file and nothing else.
"""
from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from install import Installed
from scenarios import scenario
from stage import CLIENT_KEY, KEY, PROGRAM, Stage, ask, check_log, contains, equal, proxy
from upstream import Answer, refuse, serve, text

in_scenario = partial(scenario, needs="")

# As its sample has them: quoted, with comments on lines of their own.
SAMPLE = f"""\
# Required: the provider's key
OPENAI_API_KEY="{KEY}"

# Optional: the key that clients must show
ANTHROPIC_API_KEY="{CLIENT_KEY}"

OPENAI_BASE_URL="@URL@"

BIG_MODEL="gpt-4o"
# for opus
MIDDLE_MODEL="gpt-4.1"
# for sonnet
SMALL_MODEL="gpt-4o-mini"
# for haiku

HOST="0.0.0.0"
PORT="8082"
LOG_LEVEL="INFO"
# DEBUG, INFO, WARNING, ERROR, CRITICAL

MAX_TOKENS_LIMIT="4096"
MIN_TOKENS_LIMIT="4096"
REQUEST_TIMEOUT="90"
MAX_RETRIES="2"
"""


def with_lines(**lines: str) -> str:
    """The sample with other values; what it doesn't hold comes at its end."""
    kept = [line for line in SAMPLE.splitlines() if line.split("=")[0] not in lines]
    return "\n".join([*kept, *(f"{name}={value}" for name, value in lines.items() if value)]) + "\n"


@contextmanager
def brought(folder: Path, lines: str = SAMPLE, answer: Answer | None = None) -> Iterator[Stage]:
    """The program with that file, before an upstream that answers the same to all."""
    with serve(lambda request, number: list(answer or text("Hello."))) as upstream:
        file = folder / "env"
        file.write_text(lines.replace("@URL@", upstream.url))
        with proxy(folder, {"CLAUDEPROXY_CONF": str(file)}) as front:
            yield Stage(folder, upstream, front)
        equal(upstream.wrong, [], "what the provider would refuse")
        check_log(front.log_file.read_text())


def hello(on: Stage, model: str = "claude-sonnet-4-5", max_tokens: int = 1000,
          key: str = CLIENT_KEY) -> tuple[int, Any]:
    return ask(on.proxy.url + "/v1/messages", {"model": model, "max_tokens": max_tokens,
                                    "messages": [{"role": "user", "content": "Hi"}]}, key)


def checked(folder: Path, lines: str) -> tuple[int, str]:
    """claudeproxy --check: its status, and what it says."""
    file = folder / "checked"
    file.write_text(lines)
    done = subprocess.run([PROGRAM, "--check", "-c", file], capture_output=True, text=True,
                          env={"PATH": "/usr/bin:/bin"}, timeout=10)
    return done.returncode, done.stdout + done.stderr


# ---- the file ----

@in_scenario("compatible: the sample")
def sample(folder: Path, have: Installed) -> None:
    """It is taken as it is, and each line does what it did."""
    with brought(folder) as on:
        status, answer = hello(on)
        equal((status, answer["content"]), (200, [{"type": "text", "text": "Hello."}]), "answer")
        equal(on.upstream.heads[0]["authorization"], f"Bearer {KEY}", "the upstream's key")
        equal(hello(on, key="another")[0], 401, "another key")
        equal(len(on.upstream.asked), 1, "requests upstream")
        assert on.proxy.log(), "no line in the log"
    status, said = checked(folder, SAMPLE.replace("@URL@", "http://127.0.0.1:9/v1"))
    equal(status, 0, said)
    assert "unknown names" not in said, said


@in_scenario("compatible: model names")
def model_names(folder: Path, have: Installed) -> None:
    names = {
        "claude-3-5-haiku-20241022": "gpt-4o-mini", "claude-sonnet-4-5": "gpt-4.1",
        "claude-3-opus-20240229": "gpt-4o", "Claude-HAIKU": "gpt-4o-mini",
        "claude-2.1": "gpt-4o", "gpt-5-mini": "gpt-5-mini", "o1-preview": "o1-preview",
        "ep-20250101": "ep-20250101", "doubao-pro": "doubao-pro",
        "deepseek-chat": "deepseek-chat",
        # The other proxy made BIG_MODEL of a name that it didn't know.
        "qwen3:32b": "qwen3:32b",
    }
    with brought(folder) as on:
        statuses = {name: hello(on, name)[0] for name in names}
        equal(set(statuses.values()), {200}, f"{statuses}")
        equal(dict(zip(names, (request["model"] for request in on.upstream.asked))), names, "names")


@in_scenario("compatible: token limits")
def token_limits(folder: Path, have: Installed) -> None:
    """Both bounds are kept where they are set. Unset they are none: 4096 cut long answers."""
    for lines, asked, sent in (
            (SAMPLE, (100, 4096, 9000), [4096, 4096, 4096]),
            (with_lines(MIN_TOKENS_LIMIT="100"), (10, 2000, 9000), [100, 2000, 4096]),
            (with_lines(MIN_TOKENS_LIMIT="", MAX_TOKENS_LIMIT=""), (10, 9000), [10, 9000])):
        with brought(folder, lines) as on:
            for max_tokens in asked:
                hello(on, max_tokens=max_tokens)
            equal([request["max_tokens"] for request in on.upstream.asked], sent, "max_tokens")


@in_scenario("compatible: custom headers")
def custom_headers(folder: Path, have: Installed) -> None:
    """Those that its README shows."""
    lines = with_lines(
        CUSTOM_HEADER_ACCEPT='"application/jsonstream"',
        CUSTOM_HEADER_CONTENT_TYPE='"application/json"',
        CUSTOM_HEADER_USER_AGENT='"my-app/1.0.0"',
        CUSTOM_HEADER_AUTHORIZATION='"Bearer my-token"', CUSTOM_HEADER_X_API_KEY='"my-key"',
        CUSTOM_HEADER_X_CLIENT_ID='"my-id"')
    with brought(folder, lines) as on:
        status, answer = hello(on)
        equal(status, 200, f"the status of {answer}")
        heads = on.upstream.heads[0]
        equal({name: heads.get(name) for name in (
            "accept", "content-type", "user-agent", "authorization", "x-api-key", "x-client-id")},
            {"accept": "application/jsonstream", "content-type": "application/json",
             "user-agent": "my-app/1.0.0", "authorization": "Bearer my-token",
             "x-api-key": "my-key", "x-client-id": "my-id"}, "headers")


@in_scenario("compatible: log levels")
def log_levels(folder: Path, have: Installed) -> None:
    lines = {"DEBUG": 1, "info": 1, "WARNING": 1, "ERROR": 0, "CRITICAL": 0}
    for level, count in lines.items():
        with brought(folder, with_lines(LOG_LEVEL=f'"{level}"')) as on:
            equal(hello(on)[0], 200, f"the status, {level}")
        equal(len(on.proxy.log()), count, f"lines in the log, {level}")


@in_scenario("compatible: comments and export")
def comments(folder: Path, have: Installed) -> None:
    """What the readers of such files take each in their own way is refused, and the line named:
    a key with a comment in it would be a riddle."""
    wrong = {
        f'OPENAI_API_KEY="{KEY}"  # any will do': "text behind the closing quote",
        f"OPENAI_API_KEY={KEY} # mine": "quote the value",
        f"export OPENAI_API_KEY={KEY}": "without export",
    }
    for line, words in wrong.items():
        status, said = checked(folder, f"# one line before\n{line}\n")
        equal(status, 1, said)
        contains(said, "checked:2: ", "the line")
        contains(said, words, "what is wrong")
        assert KEY not in said, "the key is shown"
        with brought(folder, f"{line}\n") as on:
            status, answer = hello(on)
            equal((status, answer["error"]["type"]), (500, "api_error"), "the answer")
            contains(answer["error"]["message"], words, "what the user reads")


# ---- providers ----

@in_scenario("compatible: providers")
def providers(folder: Path, have: Installed) -> None:
    """The base URLs of its examples, and the URLs that are asked then."""
    azure = "https://my-resource.openai.azure.com"
    chat = "chat/completions"
    urls = [
        ({"OPENAI_BASE_URL": "https://api.openai.com/v1"}, f"https://api.openai.com/v1/{chat}"),
        ({"OPENAI_BASE_URL": f"{azure}/openai/deployments/mine", "AZURE_API_VERSION": "2024-10-21"},
         f"{azure}/openai/deployments/mine/{chat}?api-version=2024-10-21"),
        ({"OPENAI_BASE_URL": azure, "AZURE_API_VERSION": "2024-10-21"},
         f"{azure}/openai/deployments/gpt-4o/{chat}?api-version=2024-10-21"),
        ({"OPENAI_BASE_URL": "http://localhost:11434/v1", "OPENAI_API_KEY": "dummy-key"},
         f"http://localhost:11434/v1/{chat}"),
        ({"OPENAI_BASE_URL": "https://router.requesty.ai/v1", "REQUESTY_AUTO_CACHE": "true"},
         f"https://router.requesty.ai/v1/{chat}"),
        ({"OPENAI_BASE_URL": "https://api.deepseek.com"}, f"https://api.deepseek.com/{chat}"),
    ]
    for lines, url in urls:
        status, said = checked(folder, with_lines(**lines))
        equal(status, 0, said)
        contains(said, f"request URL     {url}\n", "the URL")
    # There it was asked without a version, which Azure refuses.
    status, said = checked(folder, with_lines(OPENAI_BASE_URL=f"{azure}/openai/deployments/mine"))
    equal(status, 1, said)
    contains(said, "AZURE_API_VERSION", "what is missing")


@in_scenario("compatible: names that are not read")
def unknown_names(folder: Path, have: Installed) -> None:
    """--check tells of them; nothing else comes of it."""
    lines = with_lines(SSL_VERIFY='"false"', CA_BUNDLE_PATH='"/none"', OPENAI_HEADERS="'{}'")
    with brought(folder, lines) as on:
        equal(hello(on)[0], 200, "the status")
    status, said = checked(folder, lines.replace("@URL@", "http://127.0.0.1:9/v1"))
    equal(status, 0, said)
    for name in ("SSL_VERIFY", "CA_BUNDLE_PATH", "OPENAI_HEADERS"):
        contains(said, name, "unknown names")


# ---- pages ----

@in_scenario("compatible: pages")
def pages(folder: Path, have: Installed) -> None:
    """Whoever watches the proxy by its pages finds what was there."""
    fields = {
        "/": {"message", "status", "config", "endpoints"},
        "/health": {"status", "timestamp", "openai_api_configured", "api_key_valid"},
        "/test-connection": {"status", "message", "model_used", "timestamp", "response_id"},
    }
    with brought(folder) as on:
        for path, names in fields.items():
            status, answer = ask(on.proxy.url + path)
            equal((status, names - answer.keys()), (200, set()), f"{path}: {answer}")
        root = ask(on.proxy.url + "/")[1]
        equal({"openai_base_url", "max_tokens_limit", "api_key_configured", "big_model",
               "small_model"} - root["config"].keys(), set(), "its configuration")
        equal(root["endpoints"], {
            "messages": "/v1/messages", "count_tokens": "/v1/messages/count_tokens",
            "health": "/health", "test_connection": "/test-connection"}, "its endpoints")
        equal(ask(on.proxy.url + "/test-connection")[1]["model_used"], "gpt-4o-mini", "the model")
        status, count = ask(on.proxy.url + "/v1/messages/count_tokens", {
            "model": "claude-sonnet-4-5", "messages": [{"role": "user", "content": "Hi there"}]})
        equal((status, list(count)), (200, ["input_tokens"]), "a count")
        for path in ("/", "/health"):
            equal(ask(on.proxy.url + path, key="none")[0], 200, f"{path} without a key")
    with brought(folder, SAMPLE, refuse(401, "Incorrect API key provided")) as on:
        status, answer = ask(on.proxy.url + "/test-connection")
        equal((status, {"status", "error_type", "message", "timestamp", "suggestions"} -
               answer.keys()), (503, set()), f"a wrong key: {answer}")
