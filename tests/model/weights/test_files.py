from __future__ import annotations

import contextlib
import hashlib
import json
import pickle
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from cifar_pipe.errors import RunError
from cifar_pipe.model.weights.files import read_weights, write_weights
from tests.damage import mutated
from tests.kit import lenet


def header(content: object) -> bytes:
    """A file of safetensors that begins so, with four bytes of numbers."""
    text = json.dumps(content).encode()
    return len(text).to_bytes(8, "little") + text + bytes(4)


SUFFIXES = [".pth", ".safetensors"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_is_read_back(suffix: str, tmp_path: Path) -> None:
    path, state = tmp_path / f"net{suffix}", lenet().state_dict()
    write_weights(path, state)
    found = read_weights(path).state
    assert list(found) == list(state) or suffix == ".safetensors"
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in state.items())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_equal_weights_give_equal_files(suffix: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}{suffix}" for name in ("one", "another")]
    for path in paths:
        write_weights(path, lenet().state_dict())
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_pytorch_itself_reads_the_file(tmp_path: Path) -> None:
    network = lenet()
    write_weights(tmp_path / "net.pth", network.state_dict())
    network.load_state_dict(torch.load(tmp_path / "net.pth", weights_only=True))


def test_the_versions_of_modules_are_kept_for_those_that_ask_for_them(tmp_path: Path) -> None:
    network = lenet()
    write_weights(tmp_path / "net.pth", network.state_dict())
    found: Any = torch.load(tmp_path / "net.pth", weights_only=True)
    assert found._metadata == network.state_dict()._metadata  # type: ignore[attr-defined]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_is_known_by_what_it_holds_and_not_by_its_name(suffix: str, tmp_path: Path) -> None:
    write_weights(tmp_path / f"net{suffix}", lenet().state_dict())
    (other,) = {*SUFFIXES} - {suffix}
    (tmp_path / f"net{suffix}").rename(tmp_path / f"renamed{other}")
    assert read_weights(tmp_path / f"renamed{other}").state.keys() == lenet().state_dict().keys()


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is a folder"):
        read_weights(tmp_path)


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"there is no file .*none\.pth"):
        read_weights(tmp_path / "none.pth")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_reported(suffix: str, share: float, tmp_path: Path) -> None:
    path = tmp_path / f"net{suffix}"
    write_weights(path, lenet().state_dict())
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(RunError, match="is damaged, or not a file of weights") as caught:
        read_weights(path)
    assert str(path) in caught.value.message


def test_a_flipped_bit_among_the_weights_is_noticed(tmp_path: Path) -> None:
    """torch.load alone takes it for other weights."""
    path = tmp_path / "net.pth"
    write_weights(path, lenet().state_dict())
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    torch.load(path, weights_only=True)
    with pytest.raises(RunError, match="checksum"):
        read_weights(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("content", [b"", b"hello", b"\x80\x04K\x01.", bytes(1000)])
def test_a_file_of_something_else_is_reported(content: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"net{suffix}"
    path.write_bytes(content)
    with pytest.raises(RunError, match=str(path)):
        read_weights(path)


def test_a_file_that_runs_code_is_not_run(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (print, ("run",))

    with (tmp_path / "net.pth").open("wb") as file:
        pickle.dump(Evil(), file)
    with pytest.raises(RunError):
        read_weights(tmp_path / "net.pth")


def test_without_safetensors_it_is_reported_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "safetensors", None)
    with pytest.raises(RunError, match="need the package safetensors"):
        write_weights(tmp_path / "net.safetensors", lenet().state_dict())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_another_digest_than_the_expected_one_is_refused_with_both(
    suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"net{suffix}"
    write_weights(path, lenet().state_dict())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert read_weights(path, sha256=digest.upper()).state.keys() == lenet().state_dict().keys()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(RunError, match=f"the sha256 of .*, and not {digest}") as caught:
        read_weights(path, sha256=digest)
    assert hashlib.sha256(path.read_bytes()).hexdigest() in caught.value.message


def test_a_digest_is_checked_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "net.pth").write_bytes(b"<html>")
    with pytest.raises(RunError, match="the sha256 of"):
        read_weights(tmp_path / "net.pth", sha256="0" * 64)


def bomb(tmp_path: Path) -> Path:
    """A few KB that unpack to 100 MB."""
    path = tmp_path / "bomb.pth"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}q\x00.")
        archive.writestr("archive/data/0", bytes(100_000_000))
    return path


def claim(tmp_path: Path) -> Path:
    """Its first entry says that it has 4 GB."""
    path = tmp_path / "claim.pth"
    write_weights(path, lenet().state_dict())
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.find(b"PK\x01\x02") + 24, 0xFFFFFFF0)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("write", [bomb, claim])
def test_an_archive_that_would_unpack_to_much_more_is_not_unpacked(
    write: Callable[[Path], Path], tmp_path: Path
) -> None:
    with pytest.raises(RunError, match=r"bytes would unpack to [\d,]{11,}$"):
        read_weights(write(tmp_path))


@pytest.mark.parametrize(
    "content",
    [
        (10**12).to_bytes(8, "little") + b"{}",
        (2**64 - 1).to_bytes(8, "little") + b"{}",
        header({"a": {"dtype": "F32", "shape": [10**10, 10**10], "data_offsets": [0, 4]}}),
        header({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}),
        header({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 2**60]}}),
        header({"a": {"dtype": "F99", "shape": [1], "data_offsets": [0, 4]}}),
        header([[]]),
    ],
)
def test_a_header_of_safetensors_that_lies_is_reported(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "net.safetensors").write_bytes(content)
    with pytest.raises(RunError, match="is damaged, or not a file of weights"):
        read_weights(tmp_path / "net.safetensors")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_mutated_files_are_read_or_reported(suffix: str, tmp_path: Path) -> None:
    path, generator = tmp_path / f"net{suffix}", random.Random(0)
    write_weights(path, {"weight": torch.ones(4, 3), "bias": torch.ones(4)})
    whole = path.read_bytes()
    for _ in range(400):
        path.write_bytes(mutated(whole, generator))
        with contextlib.suppress(RunError):
            read_weights(path)
