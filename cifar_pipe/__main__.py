"""`python -m cifar_pipe` is `cifar-pipe`."""

from __future__ import annotations

import atexit
import gc
import os

# Imports make objects that are kept: searching them for garbage again and again, and once more when
# the process ends, takes a tenth of the time of `validate`.
_OBJECTS_UNTIL_COLLECTION = 200_000


def main() -> None:
    gc.set_threshold(_OBJECTS_UNTIL_COLLECTION, 10, 10)
    atexit.register(gc.freeze)
    # Pydantic would look for plugins in every installed package; this program has none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from cifar_pipe.cli.app import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
