"""Files of other kinds are reported as what they are."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from cifar_pipe.errors import RunError
from cifar_pipe.model.weights.files import read_weights
from cifar_pipe.model.weights.kinds import check_kind


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89HDF\r\n\x1a\n" + bytes(20), "an HDF5 file, as Keras writes"),
        (b"\x93NUMPY\x01\x00v\x00{}", "an array of NumPy's"),
        (b"\x08\x07\x12\x07pytorch\x1a\x052.0.0", "an ONNX model"),
        (b"\x1c\x00\x00\x00TFL3" + bytes(20), "a model of TensorFlow Lite"),
        (b"GGUF\x03\x00\x00\x00", "a GGUF file"),
        (b"\x1f\x8b\x08\x00", "compressed with gzip"),
        (b"\n<!DOCTYPE html><html>", "a page of the web"),
        (b"version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS"),
        (b"version: 1\nstages: {}\n", "a text"),
    ],
)
def test_a_file_is_known_by_its_beginning(content: bytes, kind: str) -> None:
    with pytest.raises(RunError, match=rf"net\.pth is {kind}.*, not a file of weights"):
        check_kind(Path("net.pth"), content)


def test_archives_are_known_by_their_members(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", weight=np.zeros(3))
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("model.weights.h5", b"")
    for name, kind in (("a.npz", "an archive of NumPy's arrays"), ("a.keras", "a model of Keras")):
        with pytest.raises(RunError, match=f"{name} is {kind}"):
            read_weights(tmp_path / name)


def test_the_weights_of_an_exported_program_are_taken_as_told(tmp_path: Path) -> None:
    program = torch.export.export(nn.Linear(3, 2), (torch.zeros(1, 3),))
    torch.export.save(program, tmp_path / "net.pt2")
    with pytest.raises(RunError, match=r"net\.pt2 is a program of torch\.export") as caught:
        read_weights(tmp_path / "net.pt2")
    exec(caught.value.help[0].rpartition("file: ")[2], {"torch": torch})
    assert read_weights(tmp_path / "net_weights.pth").state.keys() == {"weight", "bias"}


def test_weights_are_none_of_these(tmp_path: Path) -> None:
    """A file of safetensors begins with a length, whose bytes may be those of a page."""
    from safetensors.torch import save

    wanted, bare = 0x3C20, int.from_bytes(save({"a": torch.zeros(1)}, {"x": ""})[:8], "little")
    content = save({"a": torch.zeros(1)}, {"x": "x" * (wanted - bare)})
    assert content.startswith(b"\x20<")
    (tmp_path / "net.safetensors").write_bytes(content)
    assert read_weights(tmp_path / "net.safetensors").state.keys() == {"a"}
