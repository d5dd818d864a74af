"""`python -m cifar_pipe` is `cifar-pipe`."""

from __future__ import annotations

import gc

# Imports make objects that are kept: searching them for garbage again and again takes a tenth of the
# time until the first finding is reported.
_OBJECTS_UNTIL_COLLECTION = 100_000


def main() -> None:
    gc.set_threshold(_OBJECTS_UNTIL_COLLECTION, 10, 10)
    from cifar_pipe.cli.app import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
