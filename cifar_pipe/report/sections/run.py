"""The run itself: how long each stage took, and what it ran on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.language import term
from cifar_pipe.report.run_folder import RunFolder, mapping, number_of

# In this order, if they are there; then whatever else run.json has.
FIRST = (
    *("command", "pipeline", "started", "ended", "device", "device_name", "engine", "threads"),
    *("precision", "seed", "git_commit", "processor", "cpus", "platform", "versions"),
)
IN_OTHER_SECTIONS = {
    *(
        "status",
        "name",
        "description",
        "data",
        "weights",
        "stages",
        "metrics",
        "seconds",
        "error",
        "help",
        "warnings",
        "key",
        "profile",
        "overrides",
        "cures",
    )
}


@dataclass(frozen=True)
class Timing:
    """`share` is of the longest stage, 0 to 1."""

    id: str
    status: str
    seconds: float | None
    share: float
    reason: str


def timings(folder: RunFolder) -> list[Timing]:
    recorded, found = mapping(folder.run.get("stages")), []
    entries = {stage.id: mapping(recorded.get(stage.id)) for stage in folder.stages}
    longest = max((number_of(entry, "seconds") or 0.0 for entry in entries.values()), default=0.0)
    for name, entry in entries.items():
        status = str(entry.get("status", "not reached"))
        reason = "; ".join(str(entry[key]) for key in ("reason", "stopped") if entry.get(key))
        taken = number_of(entry, "seconds")
        share = taken / longest if taken and longest else 0.0
        found.append(Timing(name, status, taken, share, reason))
    return found


def total_seconds(folder: RunFolder) -> float | None:
    """The run's own figure, else the sum of what its stages took so far."""
    found = [timing.seconds for timing in timings(folder) if timing.seconds is not None]
    whole = number_of(folder.run, "seconds")
    return whole if whole is not None else sum(found) if found else None


def environment(run: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What run.json says of the machine, the versions and the settings."""
    for key in dict.fromkeys([*FIRST, *run]):
        value = run.get(key)
        if (key, value) in (("precision", "float32"), ("attempts", 1)):
            continue
        if key == "versions":
            yield from ((package, _text(version)) for package, version in mapping(value).items())
        elif key not in IN_OTHER_SECTIONS and value is not None:
            label = term("CPUs" if key == "cpus" else key.replace("_", " "))
            text = _text(value)
            yield label, text.replace("T", " ") if key in ("started", "ended") else text


def _text(value: object) -> str:
    match value:
        case dict():
            return ", ".join(f"{key} {_text(item)}" for key, item in value.items())
        case list():
            return " ".join(map(_text, value))
        case _:
            return str(value)
