"""What `doctor` found of the images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.formatting import percent, plural
from cifar_pipe.report.language import _, term
from cifar_pipe.report.run_folder import RunFolder, StageFolder, mapping, number_of, rows
from cifar_pipe.report.sections.pictures import Picture, picture_of

_MOST_NAMED = 12


@dataclass(frozen=True)
class HealthLine:
    """`names` are the first of the images, or pairs of them; `more` is how many are left out."""

    severity: str
    kind: str
    message: str
    means: str
    mend: str
    names: list[str]
    more: int


@dataclass(frozen=True)
class HealthPart:
    """`accuracy` is that of the network with and without the images that leaked."""

    id: str
    findings: list[HealthLine]
    not_known: list[str]
    accuracy: list[tuple[str, str]]
    picture: Picture | None


def health_parts(folder: RunFolder) -> list[HealthPart]:
    return [_part(stage) for stage in folder.stages if stage.has("doctor.json")]


def _part(stage: StageFolder) -> HealthPart:
    found = stage.mapping("doctor.json")
    not_known = found.get("not_known")
    leaks = _("Images of one split, each beside its copy in another")
    return HealthPart(
        stage.id,
        [_line(one) for one in rows(found.get("findings"))],
        [str(one) for one in not_known] if isinstance(not_known, list) else [],
        list(_accuracy(mapping(found.get("accuracy")))),
        picture_of(stage, "leaks.png", leaks, leaks) if stage.has("leaks.png") else None,
    )


def _line(one: dict[str, Any]) -> HealthLine:
    groups = one.get("groups")
    names = [
        " = ".join(map(str, group))
        for group in (groups if isinstance(groups, list) else [])
        if isinstance(group, list)
    ] or [_named(image) for image in rows(one.get("images"))]
    return HealthLine(
        severity=str(one.get("severity", "")),
        kind=str(one.get("kind", "")),
        message=str(one.get("message", "")),
        means=str(one.get("means", "")),
        mend=str(one.get("help", "")),
        names=names[:_MOST_NAMED],
        more=max(0, len(names) - _MOST_NAMED),
    )


def _named(image: dict[str, Any]) -> str:
    return ": ".join(str(image[key]) for key in ("name", "remark") if image.get(key))


def _accuracy(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for label, one in (
        (_("accuracy"), found),
        (_("without those that leaked"), mapping(found.get("without_leaks"))),
        (_("of those that leaked"), mapping(found.get("leaked"))),
    ):
        share, images = number_of(one, "accuracy"), number_of(one, "images")
        if share is not None and images is not None:
            split = term(str(found.get("split", "test")))
            of = plural(int(images), "{split} image", split=split)
            yield label, _("{share} of {images}", share=percent(share), images=of)
