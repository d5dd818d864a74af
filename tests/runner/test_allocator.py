from __future__ import annotations

import ctypes
from types import SimpleNamespace
from typing import Any

import pytest

from cifar_pipe.runner import allocator
from cifar_pipe.runner.allocator import keep_freed_memory


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """What the C library was told."""
    found: dict[int, int] = {}
    library = SimpleNamespace(mallopt=found.__setitem__)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    for name in ("MALLOC_TRIM_THRESHOLD_", "MALLOC_ARENA_MAX"):
        monkeypatch.delenv(name, raising=False)
    return found


@pytest.mark.parametrize(("most", "kept"), [(None, 512), (1 << 35, 512), (800 << 20, 100)])
def test_the_c_library_keeps_what_is_freed_and_less_where_little_is_allowed(
    set_to: dict[int, int], most: int | None, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allocator, "most_memory", lambda: most)
    keep_freed_memory()
    assert set_to == {-1: kept << 20, -3: 64 << 20}


def test_who_has_set_it_is_left_alone(
    set_to: dict[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "131072")
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
