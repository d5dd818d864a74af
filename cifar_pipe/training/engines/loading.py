"""The compiled kernels: loaded from the cache of earlier runs, or compiled, once for a machine."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from cifar_pipe.training.engines import compiled

_MODULES = ("updates", "products")
_BLAS = "scipy.linalg.cython_blas"
# Of a processor's time, for the usual rows of a program and for all; a run that compiles has to make up for it.
COMPILE_SECONDS = {True: 19.0, False: 40.0}
LOAD_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Kernels:
    """`words` is how many numbers of 8 bytes a thread's products need for their arguments."""

    run: Callable[..., int]
    update: Callable[..., None]
    add_up: Callable[..., None]
    words: int
    library: Any


def is_installed() -> bool:
    return importlib.util.find_spec("numba") is not None


def cache_folder() -> Path:
    """Of these kernels: numba does not see that a function which another one calls has changed."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cifar-pipe" / f"kernels-{_digest()}"


def is_compiled(*, usual: bool) -> bool:
    """What runs programs of the usual rows alone, or any."""
    wanted = "program.run_from" if usual else "any_program.run_any"
    return any(cache_folder().glob(f"**/{wanted}-*.nbi"))


@cache
def _digest() -> str:
    whole = hashlib.sha256()
    above = Path(__file__).parent
    for path in (above / "operations.py", *sorted(Path(compiled.__path__[0]).rglob("*.py"))):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def leave_scipy_for_later() -> None:
    """Imports what of numba imports scipy's linear algebra, 80 ms of a processor's time, without that: it
    only looks whether it is there. No kernel of ours uses it, and a function that does imports it itself
    when it is compiled.
    """
    if _BLAS in sys.modules or importlib.util.find_spec("scipy") is None:
        return
    sys.modules[_BLAS] = ModuleType(_BLAS)
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        del sys.modules[_BLAS]


@cache
def load(*, usual: bool) -> Kernels:
    """Those that run programs of the usual rows alone, or any.

    Raises OSError where the cache cannot be written or torch has no matrix products for others, and
    ImportError without numba.
    """
    config: Any = importlib.import_module("numba.core.config")
    leave_scipy_for_later()
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    before = config.CACHE_DIR
    # Read when a function is declared.
    config.CACHE_DIR = str(folder)
    try:
        name = compiled.__name__
        updates, products = (importlib.import_module(f"{name}.{one}") for one in _MODULES)
        if usual:
            run = importlib.import_module(f"{name}.program").run
        else:
            run = importlib.import_module(f"{name}.any_program").run_any
    except RuntimeError as error:
        # "cannot cache function": no folder that numba may write.
        raise OSError(str(error)) from error
    finally:
        config.CACHE_DIR = before
    return Kernels(
        run,
        updates.update,
        updates.add_up,
        products.WORDS,
        products.library(),
    )
