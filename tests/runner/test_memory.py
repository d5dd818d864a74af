"""Sizes as people write them, and what this machine has."""

from __future__ import annotations

import pytest

from cifar_pipe.errors import UsageError
from cifar_pipe.runner.memory import limit_of


@pytest.mark.parametrize(
    ("text", "size"),
    [("8GiB", 8 * 2**30), ("1.5 MiB", 3 * 2**19), ("8GB", 8 * 10**9), ("500K", 500_000), ("7", 7)],
)
def test_sizes(text: str, size: int) -> None:
    assert limit_of(text, "cpu") == (size, "the device")


@pytest.mark.parametrize("text", ["lots", "", "-3GiB", "8XB"])
def test_other_words_are_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="--memory takes"):
        limit_of(text, "cpu")


def test_the_device_is_asked() -> None:
    size, where = limit_of("device", "cpu")
    assert where == "cpu"
    assert 2**26 < size < 2**46
