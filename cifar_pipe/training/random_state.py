"""The global random state, for what PyTorch draws from it: dropout, targets, random images."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from cifar_pipe.context import Context


@contextmanager
def seeded(context: Context) -> Iterator[None]:
    """What is drawn inside is what is drawn after manual_seed(context.seed); all is set back.

    Python's and NumPy's generators are seeded too.
    """
    device = torch.device(context.device)
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(context.seed)
        random.seed(context.seed)
        np.random.seed(context.seed % 2**32)  # noqa: NPY002
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002


class RandomState:
    """The global random state as a part of a checkpoint: tensors and plain values."""

    def __init__(self, device: str) -> None:
        self._cuda = torch.device(device) if device.startswith("cuda") else None

    def state_dict(self) -> dict[str, Any]:
        version, numbers, gauss = random.getstate()
        name, keys, *rest = np.random.get_state()  # noqa: NPY002
        return {
            "torch": torch.get_rng_state(),
            "cuda": torch.cuda.get_rng_state(self._cuda) if self._cuda else None,
            "python": [version, list(numbers), gauss],
            "numpy": [name, np.asarray(keys).tolist(), *rest],
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        torch.set_rng_state(state["torch"])
        if self._cuda and state["cuda"] is not None:
            torch.cuda.set_rng_state(state["cuda"], self._cuda)
        version, numbers, gauss = state["python"]
        random.setstate((version, tuple(numbers), gauss))
        name, keys, *rest = state["numpy"]
        np.random.set_state((name, np.asarray(keys, dtype=np.uint32), *rest))  # noqa: NPY002
