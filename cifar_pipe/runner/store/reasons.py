"""Why a stage runs: the first difference from when it ran last, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

_MOST = 40  # characters of a value

_UNSET = object()


def first_difference(
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    default: Callable[[str], Any] = lambda _: "(default)",
) -> str | None:
    """Between what a result depended on and what it depends on now (`keys.description`).

    `default` gives the value of a setting that is not written, by its path: `optimizer.lr`.
    """
    if before.get("type") != now["type"]:
        return f"its type changed: {before.get('type')} -> {now['type']}"
    for where in ("settings", "runtime"):
        for path, old, new in _differences(before.get(where, {}), now[where]):
            words = [_short(default(path) if one is _UNSET else one) for one in (old, new)]
            return f"{path} {' -> '.join(words)}"
    if before.get("seed") != now["seed"]:
        return "its seed changed"
    if before.get("external") != now["external"]:
        return "what it reads from disk changed"
    for name, digest in now["inputs"].items():
        if before.get("inputs", {}).get(name) != digest:
            return f"its {name} changed"
    if before.get("inputs", {}).keys() != now["inputs"].keys():
        return "its inputs changed"
    packages = now.get("packages", {})
    for name, digest in packages.items():
        if before.get("packages", {}).get(name) != digest:
            return f"the code of {name} changed"
    if before.get("code") != now["code"]:
        return f"cifar-pipe's code of it changed: {before.get('code')} -> {now['code']}"
    return None


def _differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The paths whose values differ, `optimizer.lr`, with both."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if path and old.get("type") != new.get("type"):
            yield path, old, new
            return
        for name in dict.fromkeys([*new, *old]):
            below = f"{path}.{name}" if path else str(name)
            yield from _differences(old.get(name, _UNSET), new.get(name, _UNSET), below)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            named = isinstance(other, Mapping) and other.get("id")
            yield from _differences(one, other, f"{path}.{named or index}")
    elif old != new:
        yield path, old, new


def _short(value: Any) -> str:
    match value:
        case Mapping():
            # A component's name says most of it.
            if "type" in value:
                return str(value["type"])
            text = f"{{{', '.join(f'{name}: {_short(one)}' for name, one in value.items())}}}"
            return text if len(text) <= _MOST else "changed"
        case list():
            names = [_short(one) for one in value]
            text = f"[{', '.join(names)}]"
            return text if len(text) <= _MOST else f"{len(value)} items"
        case None:
            return "(none)"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case _:
            text = str(value)
            return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
