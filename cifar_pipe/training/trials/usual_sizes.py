"""Batch sizes as people write them."""

from __future__ import annotations


def rounded(images: int) -> int:
    """The usual size below: a multiple of 8, or, below 8, a power of two; 0 of 0."""
    return images - images % 8 if images >= 8 else 1 << (images.bit_length() - 1) if images else 0


def shared_out(effective: int, most: int) -> tuple[int, int]:
    """(batch_size, accumulate) whose product is `effective`, with the largest size up to `most`,
    which is at least 1.
    """
    size = next(one for one in range(min(effective, most), 0, -1) if effective % one == 0)
    return size, effective // size
