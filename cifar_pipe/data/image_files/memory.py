"""The memory that decoded images may take: that of the machine."""

from __future__ import annotations

import os

from cifar_pipe.errors import DataBroken


class Memory:
    """What decoded images take of the machine's memory; Windows does not say how much that is. `help`
    is what to do where they do not fit.
    """

    def __init__(self, help: str) -> None:  # noqa: A002
        self._help = help
        known = hasattr(os, "sysconf")
        self._size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if known else None
        self._taken = 0

    def take(self, more: int, images: str) -> None:
        """Counts bytes. Raises DataBroken, before they are taken, where they do not fit."""
        self._taken += more
        if self._size is not None and self._taken > self._size:
            raise DataBroken(
                f"{images} need {self._taken / 1e9:.0f} GB of memory, and there are "
                f"{self._size / 1e9:.0f} GB",
                help=self._help,
            )
