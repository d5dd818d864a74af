"""Reads CIFAR's batches, which are pickles: only the published ones, and of these only arrays.

torchvision hashes the files, and opens them again to run what is in them. Here the bytes that are hashed
are those that are read, and a pickle that would import anything but an array is refused.
"""

from __future__ import annotations

import io
import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from cifar_pipe.data.datasets.archives import read_verified

# Python 2 wrote the published files; Python 3 has these under other names.
_ARRAYS = {
    (module, name)
    for module in (
        "numpy",
        "numpy.core.multiarray",
        "numpy._core.multiarray",
        "numpy._core.numeric",
    )
    for name in ("ndarray", "dtype", "_reconstruct", "_frombuffer")
}


def read_cifar(dataset: Any, root: Path, *, train: bool) -> tuple[np.ndarray[Any, Any], list[int]]:
    """Images, uint8 `[N, 3, 32, 32]`, and labels, of torchvision's class CIFAR10 or CIFAR100.

    Raises DataBroken where a file has another md5 than the published one.
    """
    images, labels = [], []
    for name, md5 in dataset.train_list if train else dataset.test_list:
        batch = arrays_in(read_verified(root / dataset.base_folder / name, md5))
        images.append(batch["data"])
        labels += batch["labels" if "labels" in batch else "fine_labels"]
    return np.vstack(images).reshape(-1, 3, 32, 32), labels


def arrays_in(content: bytes) -> Any:
    """What a pickle of arrays and plain values holds. Raises pickle.UnpicklingError for any other."""
    with warnings.catch_warnings():
        # NumPy 2.4 warns of how CIFAR's pickles wrote their dtypes.
        warnings.simplefilter("ignore")
        return _Arrays(io.BytesIO(content), encoding="latin1").load()


class _Arrays(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ARRAYS:
            raise pickle.UnpicklingError(f"it would import {module}.{name}")
        return super().find_class(module, name)
