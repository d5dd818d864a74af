"""How long steps took that were tried before, on this machine: two runs of one pipeline then choose alike.

A file for each network, batch and machine, beside the compiled kernels; without it the trial is repeated.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import torch
from torch import nn

from cifar_pipe import files
from cifar_pipe.errors import OutputError
from cifar_pipe.training.engines import loading

# A training has more to do beside its steps than a trial: one that is faster by so much tells that the trial was
# disturbed, while one that is slower tells nothing.
DISTURBED = 1.5


_ENGINES = ("eager", "kernels", "compile")
# Seconds of a step by the engine's name.
Times = dict[str, float]


def key_of(network: nn.Module, parts: Sequence[object]) -> str:
    """Of a network's layers, in their order, of what else its steps are made of, and of the machine."""
    layers = [(name, type(one).__name__, one.extra_repr()) for name, one in network.named_modules()]
    # A folder of one's own may be mounted by several machines.
    machine = platform.node(), os.cpu_count(), torch.backends.cpu.get_cpu_capability()
    versions = torch.__version__, loading.cache_folder().name
    whole = repr((layers, *parts, machine, versions))
    return hashlib.sha256(whole.encode()).hexdigest()[:24]


def recall(key: str) -> Times:
    """Those that were tried, of all that are known."""
    try:
        found = json.loads(_path(key).read_bytes())
        times = {name: float(found[name]) for name in _ENGINES if found.get(name) is not None}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return times if "eager" in times and min(times.values()) > 0 else {}


def remember(key: str, times: Times) -> None:
    # A folder that cannot be written to costs a trial in each run, and nothing else.
    with suppress(OutputError):
        files.write_json(_path(key), times)


def correct(key: str, engine: str, seconds: float) -> None:
    """Forgets what was tried while the machine was busy: in the training a step took so many seconds, on
    average, and in the trial much longer.
    """
    if recall(key).get(engine, 0.0) > DISTURBED * seconds:
        with suppress(OutputError):
            files.remove(_path(key))


def _path(key: str) -> Path:
    return loading.cache_folder().parent / "steps" / f"{key}.json"
