"""The limits of a document: beyond them nothing is read or resolved."""

from __future__ import annotations

DEEPEST = 100
"""How deep collections may stand in each other, with aliases followed."""


MOST_NODES = 20_000
"""How many values a document may have, keys not counted, with aliases expanded."""


LARGEST = 4 * 2**20
"""In bytes, or in characters where the text is decoded already."""
