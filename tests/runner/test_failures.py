"""Failures that a user can fix, and those that are bugs."""

from __future__ import annotations

import errno

import pytest
import torch

from cifar_pipe.errors import OutputError, RunError
from cifar_pipe.runner.failures import failure_of


def test_a_full_disk_is_named_with_the_stage() -> None:
    failure = failure_of(OSError(errno.ENOSPC, "No space left on device"), "save")
    assert isinstance(failure, OutputError)
    assert failure.message == "save: the disk is full"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (MemoryError(), "train: out of memory"),
        (
            torch.OutOfMemoryError("CUDA out of memory.\nmore"),
            "train: out of memory: CUDA out of memory.",
        ),
    ],
)
def test_a_lack_of_memory_says_what_takes_less(error: BaseException, message: str) -> None:
    failure = failure_of(error, "train")
    assert isinstance(failure, RunError)
    assert failure.message == message
    assert failure.help == ("a smaller batch_size or a smaller network takes less",)


def test_the_cpus_lack_of_memory_is_known_by_torchs_words() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60)
    assert failure_of(caught.value, "train") is not None


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            FileNotFoundError(errno.ENOENT, "No such file or directory", "data/cat.png"),
            "train: cannot read data/cat.png: No such file or directory",
        ),
        # That of a file that was open.
        (OSError(errno.EIO, "Input/output error"), "train: cannot read a file: Input/output error"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(error: OSError, message: str) -> None:
    failure = failure_of(error, "train")
    assert isinstance(failure, RunError)
    assert failure.message == message


def test_outside_of_a_stage_none_is_named() -> None:
    failure = failure_of(OSError(errno.EIO, "Input/output error", "run.json"))
    assert failure is not None
    assert failure.message == "cannot read run.json: Input/output error"


@pytest.mark.parametrize("error", [RuntimeError("shapes differ"), OSError(errno.EACCES, "no")])
def test_anything_else_is_a_bug(error: BaseException) -> None:
    assert failure_of(error, "train") is None
