"""`python -m cifar_pipe` is `cifar-pipe`."""

from __future__ import annotations

import gc
import os

# Imports make objects that are kept: searching them for garbage again and again takes a tenth of the
# time until the first finding is reported.
_OBJECTS_UNTIL_COLLECTION = 50_000


def main() -> None:
    gc.set_threshold(_OBJECTS_UNTIL_COLLECTION, 10, 10)
    # Pydantic would look for plugins in every installed package; this program has none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from cifar_pipe.cli.app import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
