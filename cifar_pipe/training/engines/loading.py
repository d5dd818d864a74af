"""The compiled kernels: loaded from the cache of earlier runs, or compiled, once for a machine."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cifar_pipe.training.engines import compiled

_MODULES = ("program", "updates")
# Of a processor's time, where the machine was busy; a run that compiles has to make up for it.
COMPILE_SECONDS = 20.0
LOAD_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Kernels:
    """`words` is how many numbers of 8 bytes a thread's products need for their arguments."""

    run: Callable[..., float]
    sgd: Callable[..., None]
    adam: Callable[..., None]
    add_up: Callable[..., None]
    clip_norm: Callable[..., None]
    clip_value: Callable[..., None]
    words: int
    library: Any


def is_installed() -> bool:
    return importlib.util.find_spec("numba") is not None


def cache_folder() -> Path:
    """Of these kernels: numba does not see that a function which another one calls has changed."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cifar-pipe" / f"kernels-{_digest()}"


def is_compiled() -> bool:
    return any(cache_folder().glob("**/program.run-*.nbi"))


@cache
def _digest() -> str:
    whole = hashlib.sha256()
    above = Path(__file__).parent
    for path in (above / "operations.py", *sorted(Path(compiled.__path__[0]).rglob("*.py"))):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


@cache
def load() -> Kernels:
    """Raises OSError where the cache cannot be written or torch has no matrix products for others, and
    ImportError without numba.
    """
    config: Any = importlib.import_module("numba.core.config")
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    before = config.CACHE_DIR
    # Read when a function is declared.
    config.CACHE_DIR = str(folder)
    try:
        name = compiled.__name__
        program, updates = (importlib.import_module(f"{name}.{one}") for one in _MODULES)
        products = importlib.import_module(f"{name}.products")
    except RuntimeError as error:
        # "cannot cache function": no folder that numba may write.
        raise OSError(str(error)) from error
    finally:
        config.CACHE_DIR = before
    return Kernels(
        program.run,
        updates.sgd,
        updates.adam,
        updates.add_up,
        updates.clip_norm,
        updates.clip_value,
        products.WORDS,
        products.library(),
    )
