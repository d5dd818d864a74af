"""The run itself: what each stage took, and what it all ran on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.reading import RunFolder, is_number, mapping

# In this order, if they are there; whatever else run.json tells stands behind.
KNOWN = {
    "command": "command",
    "pipeline": "pipeline",
    "started": "started",
    "ended": "ended",
    "device": "device",
    "device_name": "device name",
    "engine": "engine",
    "threads": "threads",
    "seed": "seed",
    "git_commit": "git commit",
    "processor": "processor",
    "cpus": "CPUs",
    "platform": "platform",
}
ELSEWHERE = (
    "status",
    "name",
    "description",
    "data",
    "weights",
    "stages",
    "metrics",
    "seconds",
    "error",
)


@dataclass(frozen=True)
class Timing:
    """`share` is of the longest stage, 0 to 1."""

    id: str
    status: str
    seconds: float | None
    share: float
    reason: str


def timings(folder: RunFolder) -> list[Timing]:
    told = mapping(folder.run.get("stages"))
    entries = [(stage.id, mapping(told.get(stage.id))) for stage in folder.stages]
    longest = max((_seconds(entry) or 0.0 for _, entry in entries), default=0.0)
    return [
        Timing(
            id=stage_id,
            status=str(entry.get("status", "not reached")),
            seconds=_seconds(entry),
            share=(_seconds(entry) or 0.0) / longest if longest else 0.0,
            reason=str(entry.get("reason") or ""),
        )
        for stage_id, entry in entries
    ]


def _seconds(entry: dict[str, Any]) -> float | None:
    value = entry.get("seconds")
    return value if is_number(value) else None


def total_seconds(folder: RunFolder) -> float | None:
    """The run's own figure, else the sum of what its stages took so far."""
    whole = folder.run.get("seconds")
    if is_number(whole):
        return whole
    found = [timing.seconds for timing in timings(folder) if timing.seconds is not None]
    return sum(found) if found else None


def environment(folder: RunFolder) -> list[tuple[str, str]]:
    """What run.json tells of the machine, the versions and the settings."""
    return list(_environment(folder.run))


def _environment(run: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, label in KNOWN.items():
        if run.get(key) is not None:
            text = _text(run[key])
            yield label, text.replace("T", " ") if key in ("started", "ended") else text
    for package, version in mapping(run.get("versions")).items():
        yield package, _text(version)
    for key, value in run.items():
        if key not in KNOWN and key not in ELSEWHERE and key != "versions" and value is not None:
            yield key.replace("_", " "), _text(value)


def _text(value: object) -> str:
    match value:
        case dict():
            return ", ".join(f"{key} {_text(item)}" for key, item in value.items())
        case list():
            return " ".join(map(_text, value))
        case _:
            return str(value)
