"""Tiny datasets in their own formats, and a network without connections."""

from __future__ import annotations

import gzip
import hashlib
import io
import pickle
import struct
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.data.load import load
from cifar_pipe.stages.load_data.spec import LoadData
from tests import kit
from tests.kit import RecordedEvents


@pytest.fixture
def context(events: RecordedEvents, tmp_path: Path) -> Context:
    """What a stage's code is given, of seed 0."""
    return kit.context(events, tmp_path / "run", stage="load_data", seed=0)


@pytest.fixture
def load_spec() -> Callable[..., LoadData]:
    """`load_spec("Shapes", train=8)`: the stage with ToTensor; `stage` holds its own settings."""

    def spec(name: str, *, stage: dict[str, Any] | None = None, **arguments: Any) -> LoadData:
        settings = {"transforms": [make("transform", "ToTensor")], **(stage or {})}
        return LoadData(dataset=make("dataset", name, **arguments), **settings)

    return spec


@pytest.fixture
def loaded(context: Context) -> Callable[..., Data]:
    """Loads a specification; other fields of the context may be given: `loaded(spec, seed=3)`."""
    return lambda spec, **changes: load(spec, replace(context, **changes))


def picture(path: Path, size: tuple[int, int] = (32, 32), mode: str = "RGB") -> None:
    """Writes an image of random pixels; `size` is (width, height)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    channels = len(Image.new(mode, (1, 1)).getbands())
    pixels = np.random.default_rng(0).integers(0, 256, (*size[::-1], channels), dtype=np.uint8)
    Image.fromarray(pixels.squeeze(-1) if channels == 1 else pixels, mode).save(path)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every connection is refused."""

    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("socket.create_connection", refuse)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


@pytest.fixture
def cifar10(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with `cifar-10-python.tar.gz` of 5 x 4 training and 6 test images.

    Pixel (0, 0) of each image is its number in its file, its label that number modulo 10.
    """
    root = tmp_path / "data"
    make_cifar10(root, monkeypatch)
    return root


def make_cifar10(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from torchvision.datasets import CIFAR10

    root.mkdir()
    members = {f"data_batch_{number}": _cifar_batch(4) for number in range(1, 6)}
    members["test_batch"] = _cifar_batch(6)
    members["batches.meta"] = pickle.dumps({"label_names": ["airplane", "automobile"]})
    archive = _tar(CIFAR10.base_folder, members)
    (root / CIFAR10.filename).write_bytes(archive)
    monkeypatch.setattr(CIFAR10, "tgz_md5", md5(archive))
    named = [[name, md5(content)] for name, content in members.items()]
    monkeypatch.setattr(CIFAR10, "train_list", named[:5])
    monkeypatch.setattr(CIFAR10, "test_list", named[5:6])
    monkeypatch.setattr(CIFAR10, "meta", {**CIFAR10.meta, "md5": named[6][1]})


def _cifar_batch(count: int) -> bytes:
    data = np.zeros((count, 3072), dtype=np.uint8)
    data[:, 0] = np.arange(count)
    data[:, -1] = 200  # the last pixel of the blue plane
    return pickle.dumps({"data": data, "labels": [number % 10 for number in range(count)]})


def _tar(folder: str, members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        evil = tarfile.TarInfo("../escaped")
        evil.size = 4
        tar.addfile(evil, io.BytesIO(b"evil"))
        link = tarfile.TarInfo(f"{folder}/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return stream.getvalue()


@pytest.fixture
def mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with MNIST's four idx files, gzipped: 12 training and 5 test images."""
    from torchvision.datasets import MNIST

    raw = tmp_path / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    resources = []
    for prefix, count in (("train", 12), ("t10k", 5)):
        images = np.full((count, 28, 28), 7, dtype=np.uint8)
        labels = np.arange(count, dtype=np.uint8) % 10
        for name, array in ((f"{prefix}-images-idx3", images), (f"{prefix}-labels-idx1", labels)):
            content = gzip.compress(_idx(array))
            (raw / f"{name}-ubyte.gz").write_bytes(content)
            resources.append((f"{name}-ubyte.gz", md5(content)))
    monkeypatch.setattr(MNIST, "resources", resources)
    return tmp_path / "data"


def _idx(array: np.ndarray[Any, Any]) -> bytes:
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return head + array.tobytes()


@pytest.fixture
def svhn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with SVHN's two .mat files; labels run 1, 2, … 10, where 10 means the digit 0."""
    io_ = pytest.importorskip("scipy.io")
    from torchvision.datasets import SVHN

    root = tmp_path / "data"
    root.mkdir()
    splits = {}
    for split, count in (("train", 10), ("test", 3)):
        path = root / f"{split}_32x32.mat"
        images = np.zeros((32, 32, 3, count), dtype=np.uint8)
        images[0, 1, 2] = 99  # row 0, column 1, blue
        io_.savemat(path, {"X": images, "y": np.arange(1, count + 1, dtype=np.uint8)[:, None]})
        splits[split] = ["http://example.org/" + path.name, path.name, md5(path.read_bytes())]
    monkeypatch.setattr(SVHN, "split_list", splits)
    return root
