"""`python -m cifar_pipe` is `cifar-pipe`."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
from importlib import import_module
from types import ModuleType
from typing import Any

# Imports make objects that are kept: searching them for garbage again and again, and once more when
# the process ends, takes a tenth of the time of `validate`.
_OBJECTS_UNTIL_COLLECTION = 200_000
_PLUGINS = "pydantic.plugin._loader"


def main() -> None:
    gc.set_threshold(_OBJECTS_UNTIL_COLLECTION, 10, 10)
    atexit.register(gc.freeze)
    # Pydantic would look for plugins in every installed package; this program has none.
    if os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__") == "__all__":
        sys.modules.setdefault(_PLUGINS, _no_plugins())
    from cifar_pipe.cli.app import main as run  # noqa: PLC0415

    run()


def program() -> None:
    """What the process does: `main`, and then no more than has to be done before it ends."""
    try:
        main()
    except SystemExit as end:
        _end(end.code)
        raise
    _end(0)


def _no_plugins() -> ModuleType:
    """In place of the module that looks for them: what that imports takes 10 ms, `email` for one."""

    def other(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        del sys.modules[_PLUGINS]
        return getattr(import_module(_PLUGINS), name)

    module: Any = ModuleType(_PLUGINS)
    module.get_plugins = tuple
    # A later version of Pydantic may have more in it.
    module.__getattr__ = other
    return module  # type: ignore[no-any-return]


def _end(status: object) -> None:
    """Ends the process without taking its modules apart first, which takes 12 ms.

    Not where threads, or a library with some of its own, may still be at work, or someone watches.
    """
    if _is_watched() or threading.active_count() > 1 or "torch" in sys.modules:
        return
    if not isinstance(status, int | None):
        return
    try:
        atexit._run_exitfuncs()  # noqa: SLF001
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        # Nobody reads it any more: the interpreter knows what to say of that.
        return
    os._exit(status or 0)


def _is_watched() -> bool:
    """Whether a profiler, a debugger or somebody at a prompt has something to do at the end."""
    if sys.getprofile() or sys.gettrace() or sys.flags.inspect:
        return True
    # From Python 3.12 on cProfile and others are tools of it, which the functions above do not know.
    monitoring = getattr(sys, "monitoring", None)
    return monitoring is not None and any(map(monitoring.get_tool, range(6)))


if __name__ == "__main__":
    program()
