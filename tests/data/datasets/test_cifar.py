from __future__ import annotations

import os
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torchvision.datasets import CIFAR10

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.datasets.cifar import arrays_in, read_cifar
from cifar_pipe.data.datasets.torchvision_sets import load_torchvision
from cifar_pipe.errors import DataBroken
from tests.data.conftest import md5


class Evil:
    def __reduce__(self) -> Any:
        return os.mkdir, ("owned",)


def published(images: np.ndarray[Any, Any], labels: list[int]) -> bytes:
    """A batch as Python 2 has written it: its strings are bytes, its array is NumPy 1's."""
    count, width = images.shape
    pixels = images.tobytes()
    return b"".join(
        [
            b"\x80\x02}(U\x04datacnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n",
            b"K\x00\x85U\x01b\x87R(K\x01K%cM%b\x86" % (count, width.to_bytes(2, "little")),
            b"cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNN",
            b"J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89",
            b"T%b%b" % (len(pixels).to_bytes(4, "little"), pixels),
            b"tbU\x06labels](%be" % b"".join(b"K%c" % one for one in labels),
            b"U\x0bbatch_labelU\x05batchu.",
        ]
    )


def test_batches_are_read_as_python_2_wrote_them() -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 3072), dtype=np.uint8)
    batch = arrays_in(published(images, [4, 0, 9]))
    assert np.array_equal(batch["data"], images)
    assert batch["labels"] == [4, 0, 9]


def test_images_are_put_together(cifar10: Path, context: Context) -> None:
    load_torchvision(make("dataset", "CIFAR10", root=str(cifar10)), context)
    images, labels = read_cifar(CIFAR10, cifar10, train=True)
    assert images.shape == (20, 3, 32, 32)
    assert labels == [0, 1, 2, 3] * 5


@pytest.mark.parametrize("value", [Evil(), {"data": OrderedDict()}, print])
def test_a_pickle_of_anything_else_is_refused(
    value: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pickle.UnpicklingError, match="it would import"):
        arrays_in(pickle.dumps(value))
    assert not Path("owned").exists()


def test_a_batch_is_hashed_before_it_is_read(cifar10: Path, context: Context) -> None:
    dataset = make("dataset", "CIFAR10", root=str(cifar10))
    load_torchvision(dataset, context)
    (cifar10 / CIFAR10.base_folder / "test_batch").write_bytes(pickle.dumps(Evil()))
    with pytest.raises(DataBroken, match="test_batch is broken: its md5 is"):
        load_torchvision(dataset, context)


def test_one_that_has_the_right_hash_still_runs_nothing(
    cifar10: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = make("dataset", "CIFAR10", root=str(cifar10))
    load_torchvision(dataset, context)
    evil = pickle.dumps(Evil())
    (cifar10 / CIFAR10.base_folder / "test_batch").write_bytes(evil)
    monkeypatch.setattr(CIFAR10, "test_list", [["test_batch", md5(evil)]])
    monkeypatch.chdir(cifar10)
    with pytest.raises(DataBroken, match=r"it would import posix\.mkdir"):
        load_torchvision(dataset, context)
    assert not Path("owned").exists()
