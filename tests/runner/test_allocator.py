from __future__ import annotations

import ctypes
from typing import Any

import pytest

from cifar_pipe.runner import allocator
from cifar_pipe.runner.allocator import keep_freed_memory


class Library:
    """`largest` is what it takes for a block that is given back."""

    def __init__(self, largest: int = 64 << 20) -> None:
        self.set_to: dict[int, int] = {}
        self.largest = largest

    def mallopt(self, name: int, value: int) -> int:
        if name == -3 and value > self.largest:
            return 0
        self.set_to[name] = value
        return 1


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.fixture
def set_to(library: Library, monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """What the C library was told."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    for name in ("MALLOC_TRIM_THRESHOLD_", "MALLOC_ARENA_MAX", "GLIBC_TUNABLES"):
        monkeypatch.delenv(name, raising=False)
    return library.set_to


@pytest.mark.parametrize(("most", "kept"), [(None, 512), (1 << 35, 512), (800 << 20, 100)])
def test_the_c_library_keeps_what_is_freed_and_less_where_little_is_allowed(
    set_to: dict[int, int], most: int | None, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allocator, "most_memory", lambda: most)
    keep_freed_memory()
    assert set_to == {-1: kept << 20, -3: 64 << 20}


@pytest.mark.parametrize(
    ("largest", "expected"), [(32 << 20, {-1: 512 << 20, -3: 32 << 20}), (1, {})]
)
def test_an_older_one_takes_less_or_is_left_as_it_is(
    largest: int,
    expected: dict[int, int],
    set_to: dict[int, int],
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library.largest = largest
    monkeypatch.setattr(allocator, "most_memory", lambda: None)
    keep_freed_memory()
    assert set_to == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MALLOC_TRIM_THRESHOLD_", "131072"),
        ("GLIBC_TUNABLES", "glibc.malloc.mmap_threshold=131072"),
    ],
)
def test_who_has_set_it_is_left_alone(
    name: str, value: str, set_to: dict[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    keep_freed_memory()
    assert set_to == {}


@pytest.mark.parametrize("missing", [AttributeError, TypeError, OSError])
def test_another_library_has_no_such_function(
    missing: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_: Any) -> Any:
        raise missing

    monkeypatch.setattr(ctypes, "CDLL", none)
    keep_freed_memory()
