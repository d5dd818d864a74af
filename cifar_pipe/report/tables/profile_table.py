"""Where the time of a profiled run went, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cifar_pipe.report.language import _
from cifar_pipe.report.run_folder import RunFolder, mapping, number_of, rows

# Shares of the whole below it are one row.
_SMALL = 0.002


@dataclass(frozen=True)
class Part:
    """`share` is of all seconds that were recorded, 0 to 1; work of other threads has none."""

    stage: str
    name: str
    calls: int | None
    seconds: float
    share: float | None


def profile_parts(folder: RunFolder) -> list[Part]:
    """The longest first; empty where the run was not profiled."""
    recorded = rows(mapping(folder.run.get("profile")).get("parts"))
    whole = sum(number_of(row, "seconds") or 0.0 for row in recorded if not row.get("beside"))
    if not whole:
        return []
    found = sorted(_parts(recorded, whole), key=lambda part: -part.seconds)
    large = [one for one in found if one.share is None or one.share >= _SMALL]
    rest = sum(one.seconds for one in found if one.share is not None and one.share < _SMALL)
    return [*large, Part("", _("all else"), None, rest, rest / whole)] if rest else large


def _parts(recorded: list[dict[str, object]], whole: float) -> Iterator[Part]:
    inside = {row.get("stage") for row in recorded if row.get("part") != row.get("stage")}
    for row in recorded:
        stage, name, seconds = (
            str(row.get("stage")),
            str(row.get("part")),
            number_of(row, "seconds"),
        )
        calls = number_of(row, "calls")
        if seconds is not None:
            share = None if row.get("beside") else seconds / whole
            if name == stage:
                name = _("all else of the stage") if stage in inside else _("the whole stage")
            elif share is None:
                name = _("{part} in other threads", part=name)
            yield Part(stage, name, int(calls) if calls else None, seconds, share)


@dataclass(frozen=True)
class Expected:
    """Seconds that a stage was expected to take, and took; `off` is how much it is off, as a share."""

    stage: str
    seconds: float
    took: float

    @property
    def off(self) -> float:
        return self.seconds / self.took - 1


def forecast_parts(folder: RunFolder) -> list[Expected]:
    """Of the stages that ran from their beginning to their end; empty where the run was not profiled."""
    forecast = mapping(mapping(folder.run.get("profile")).get("forecast"))
    stages, found = mapping(folder.run.get("stages")), []
    for stage in forecast:
        ended, expected = mapping(stages.get(stage)), number_of(forecast, stage)
        took = number_of(ended, "seconds")
        if ended.get("status") == "ran" and took and expected is not None:
            found.append(Expected(stage, expected, took))
    return found
