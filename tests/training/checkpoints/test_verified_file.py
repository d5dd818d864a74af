from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from cifar_pipe import disk
from cifar_pipe.errors import OutputError
from cifar_pipe.training.checkpoints import verified_file
from cifar_pipe.training.checkpoints.verified_file import Damaged, read_verified, write_verified
from tests.training.checkpoints.trainings import Process, Result, Training

FLIPS, TRUNCATIONS = 10_000, 1000


@pytest.fixture(scope="module")
def bytes_of_a_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    run_dir = tmp_path_factory.mktemp("run")
    Process(Training(), run_dir, Result()).run()
    (path,) = (run_dir / "checkpoints").glob("step-*.ckpt")
    return path.read_bytes()


@pytest.fixture
def checkpoint(bytes_of_a_checkpoint: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "step-0000000012.ckpt"
    path.write_bytes(bytes_of_a_checkpoint)
    return path


@pytest.mark.parametrize("payload", [b"", b"\n\n", b"weights" * 1000])
def test_what_was_written_is_read(payload: bytes, tmp_path: Path) -> None:
    write_verified(tmp_path / "a.ckpt", payload)
    assert read_verified(tmp_path / "a.ckpt") == payload
    assert [path.name for path in tmp_path.iterdir()] == ["a.ckpt"]


def test_no_flipped_bit_of_a_checkpoint_is_ever_loaded(checkpoint: Path) -> None:
    """Each of the header, and many of the rest."""
    content = checkpoint.read_bytes()
    header = 8 * (content.index(b"\n") + 1)
    rest = random.Random(0).sample(range(header, 8 * len(content)), FLIPS)
    with checkpoint.open("r+b", buffering=0) as file:
        for bit in [*range(header), *rest]:
            byte = content[bit // 8]
            os.pwrite(file.fileno(), bytes([byte ^ 1 << bit % 8]), bit // 8)
            with pytest.raises(Damaged):
                read_verified(checkpoint)
            os.pwrite(file.fileno(), bytes([byte]), bit // 8)
    assert checkpoint.read_bytes() == content
    read_verified(checkpoint)


def test_no_checkpoint_of_another_length_is_ever_loaded(checkpoint: Path) -> None:
    content = checkpoint.read_bytes()
    lengths = random.Random(0).sample(range(len(content)), TRUNCATIONS)
    for length in sorted({*range(200), *lengths}, reverse=True):
        os.truncate(checkpoint, length)
        with pytest.raises(Damaged):
            read_verified(checkpoint)
    for longer in (content + b"\0", content + content):
        checkpoint.write_bytes(longer)
        with pytest.raises(Damaged):
            read_verified(checkpoint)


def test_another_version_of_the_format_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_verified(tmp_path / "a.ckpt", b"weights")
    monkeypatch.setattr(verified_file, "VERSION", verified_file.VERSION + 1)
    with pytest.raises(Damaged):
        read_verified(tmp_path / "a.ckpt")


def test_a_disk_that_gives_back_something_else_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = disk.replace

    def replace(source: Path, target: Path) -> None:
        source.write_bytes(source.read_bytes()[:-1] + b"?")
        real(source, target)

    monkeypatch.setattr(disk, "replace", replace)
    with pytest.raises(OutputError, match="does not hold what was written into it"):
        write_verified(tmp_path / "a.ckpt", b"weights")
