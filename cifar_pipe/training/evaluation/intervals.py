"""How sure a share is that was counted."""

from __future__ import annotations

import math


def interval(share: float, images: int) -> tuple[float, float]:
    """The 95 % interval of a share that was counted on so many images (Wilson 1927)."""
    z = 1.959964
    middle = (share + z**2 / (2 * images)) / (1 + z**2 / images)
    half = (
        z * math.sqrt(share * (1 - share) / images + z**2 / (4 * images**2)) / (1 + z**2 / images)
    )
    return max(0.0, middle - half), min(1.0, middle + half)
