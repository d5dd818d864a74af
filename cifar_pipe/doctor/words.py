"""Counts in words."""

from __future__ import annotations


def images(count: int, split: str = "") -> str:
    """`1 test image`, `2,000 images`."""
    of_split = f"{split} " if split and split != "all" else ""
    return f"{count:,} {of_split}image{'' if count == 1 else 's'}"
