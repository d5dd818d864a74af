"""torchvision.transforms.v2, imported when the first of its names is used.

The import takes a second, and neither images that are decoded already nor plain layers need it.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    from torchvision.transforms import v2  # noqa: PLC0415 (see above)

    return getattr(v2, name)
