"""The JPEG decoder that is compiled into torchvision, without torchvision itself.

Importing the package takes as long as importing torch; the decoder is a library beside its modules. It is
deprecated since torchvision 0.29.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

Decoder = Callable[[Tensor, bool], Tensor]

# As the file has it: `ImageReadMode.UNCHANGED` of torchvision.
_UNCHANGED = 0
# With PyTorch's stable ABI, and before.
_LIBRARIES = ("image_stable", "image")


@cache
def decoder() -> Decoder | None:
    """A function of a file's content, uint8 `[n]`, and of whether EXIF orientation is applied, to uint8
    `[C, h, w]`; it raises RuntimeError for what it cannot decode. None where there is no such library.
    """
    found = importlib.util.find_spec("torchvision")
    for folder in (found and found.submodule_search_locations) or ():
        for library in _LIBRARIES:
            for path in Path(folder).glob(f"{library}.*"):
                try:
                    torch.ops.load_library(path)  # type: ignore[no-untyped-call]
                    decode = torch.ops.image.decode_jpeg
                except (OSError, AttributeError, RuntimeError):
                    continue
                return lambda content, upright: decode(content, _UNCHANGED, upright)
    return None
