"""`python -m cifar_pipe` is `cifar-pipe`."""

from __future__ import annotations

import gc

# Imports make objects that stay: looking through them again and again for garbage takes a tenth of
# the time until the first finding is told.
_OBJECTS_UNTIL_A_LOOK = 50_000


def main() -> None:
    gc.set_threshold(_OBJECTS_UNTIL_A_LOOK, 10, 10)
    from cifar_pipe.cli.app import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
