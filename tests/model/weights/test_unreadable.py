"""Files that are not loaded are reported with what makes one of them that is."""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import re
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from cifar_pipe.errors import RunError
from cifar_pipe.model.weights.files import read_weights


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with contextlib.chdir(tmp_path):
        yield tmp_path


def error_of(file: str) -> RunError:
    with pytest.raises(RunError) as caught:
        read_weights(Path(file))
    return caught.value


NETWORK = nn.Sequential(nn.Linear(3, 2))


@pytest.mark.parametrize(
    ("held", "what"),
    [
        (NETWORK, "net.pth holds a whole network"),
        ({"model": NETWORK, "epoch": 3}, "net.pth holds a whole network"),
        (
            {"state_dict": NETWORK.state_dict(), "args": types.SimpleNamespace(lr=0.1)},
            r"net.pth holds more than weights \(types.SimpleNamespace\)",
        ),
    ],
)
def test_what_could_run_code_is_not_loaded_and_its_cure_works(held: Any, what: str) -> None:
    torch.save(held, "net.pth")
    error = error_of("net.pth")
    assert re.match(what, error.message)
    # What is to be typed stands behind the colon.
    exec(error.help[0].rpartition("file: ")[2], {"torch": torch})
    assert read_weights(Path("net_weights.pth")).state.keys() == NETWORK.state_dict().keys()


def test_a_network_in_the_old_format_is_not_loaded() -> None:
    torch.save(NETWORK, "net.pth", _use_new_zipfile_serialization=False)
    assert "holds a whole network" in error_of("net.pth").message


@pytest.mark.filterwarnings("ignore:.*torch.jit")
def test_a_script_is_not_loaded_and_its_cure_works() -> None:
    torch.jit.save(torch.jit.script(NETWORK), "net.pt")
    error = error_of("net.pt")
    assert error.message == "net.pt holds a network as TorchScript, and not its weights alone"
    exec(error.help[0].rpartition("file: ")[2], {"torch": torch})
    assert read_weights(Path("net_weights.pth")).state.keys() == NETWORK.state_dict().keys()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89HDF\r\n\x1a\n1234", "an HDF5 file, as Keras writes"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:12\n", "a pointer of Git LFS"),
        (b"\n<!DOCTYPE html><html>", "a page of the web"),
        (b"\x1f\x8b\x08\x00", "compressed with gzip"),
    ],
)
def test_a_file_of_another_kind_is_called_by_its_kind(content: bytes, kind: str) -> None:
    Path("net.pth").write_bytes(content)
    assert error_of("net.pth").message == f"net.pth is {kind}, not a file of weights"


def test_a_file_whose_end_is_missing_is_reported_with_its_size() -> None:
    buffer = io.BytesIO()
    torch.save(NETWORK.state_dict(), buffer)
    Path("net.pth").write_bytes(buffer.getvalue()[:1500])
    assert "its end is missing, after 1,500 bytes" in error_of("net.pth").message


class Evil:
    def __reduce__(self) -> Any:
        return os.mkdir, ("owned",)


@pytest.mark.parametrize(
    ("write", "what"),
    [
        (lambda file: pickle.dump(Evil(), file), r"is a pickle that imports posix\.mkdir"),
        (lambda file: pickle.dump([1], file), "is a pickle, and not a file of torch.save"),
        (lambda file: torch.save(Evil(), file), r"holds more than weights \(posix\.mkdir\)"),
        (
            lambda file: torch.save(Evil(), file, _use_new_zipfile_serialization=False),
            r"holds more than weights \(posix\.mkdir\)",
        ),
    ],
)
def test_nothing_of_a_pickle_is_run(write: Any, what: str, folder: Path) -> None:
    with (folder / "net.pth").open("wb") as file:
        write(file)
    assert re.match(f"net.pth {what}", error_of("net.pth").message)
    assert not (folder / "owned").exists()
