"""The data that the run learnt from: dataset, splits, classes; and whether a stand-in was used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cifar_pipe.report.charts.bars import counted_bars
from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.formatting import count, in_words, plural, shape_text
from cifar_pipe.report.run_folder import RunFolder, StageFolder, mapping


@dataclass(frozen=True)
class StandIn:
    """`used` was taken instead of `declared`."""

    used: str
    declared: str


@dataclass(frozen=True)
class DataPart:
    """`images` are (split, count). `charts`, by the name of their picture file, show the images of each
    class, unless all classes have the same counts, which `balance` says then.
    """

    id: str
    facts: list[tuple[str, str]]
    images: list[tuple[str, int]]
    classes: list[str]
    balance: str | None
    charts: dict[str, Chart]
    stand_in: StandIn | None


def data_parts(folder: RunFolder) -> list[DataPart]:
    stages = [stage for stage in folder.stages if stage.has("data.json")]
    parts = [_part(stage, stage.mapping("data.json")) for stage in stages]
    if parts or not folder.run.get("data"):
        return parts
    # A stage that was reused may have its files in another run; run.json has most of them.
    unknown = StageFolder("load_data", folder.path / "stages" / "load_data", {})
    stage = next((stage for stage in folder.stages if "dataset" in stage.settings), unknown)
    return [_part(stage, mapping(folder.run["data"]))]


def _part(stage: StageFolder, data: dict[str, Any]) -> DataPart:
    per_class = mapping(data.get("per_class"))
    classes = [str(name) for name in data.get("classes") or ()]
    splits = "train", "val", "test"
    images = [(name, data[name]) for name in splits if isinstance(data.get(name), int)]
    rows = []
    if images and all(isinstance(per_class.get(split), dict) for split, _ in images):
        counts = [[int(per_class[split].get(name, 0)) for split, _ in images] for name in classes]
        rows = list(zip(classes, counts, strict=True))
    balance = None
    if rows and all(counts == rows[0][1] for _, counts in rows):
        parts = [f"{count(n)} in {name}" for n, (name, _) in zip(rows[0][1], images, strict=True)]
        balance = f"Every class has the same number of images: {', '.join(parts)}."
    return DataPart(
        id=stage.id,
        facts=list(_facts(stage, data)),
        images=images,
        classes=classes,
        balance=balance,
        charts={} if balance or not rows else {"images_per_class": _bars(rows, images)},
        stand_in=_stand_in(stage, data),
    )


def _bars(rows: Sequence[tuple[str, list[int]]], images: Sequence[tuple[str, int]]) -> Chart:
    splits = [name for name, _ in images]
    return counted_bars(dict(rows), splits=splits, what=f"{splits[0]} images per class")


def _facts(stage: StageFolder, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "dataset", str(data.get("dataset", "not known"))
    if fold := mapping(data.get("fold")):
        test = f"fold {fold.get('number')} of {fold.get('of')} of the training images"
        yield "test split", f"{test}, held out; not the dataset's own test images"
    if shape := data.get("image_shape"):
        yield "one image", shape_text(shape)
    if size := stage.settings.get("batch_size"):
        yield "batch size", str(size)
    if transforms := stage.settings.get("transforms"):
        yield "transforms", in_words(transforms)


def _stand_in(stage: StageFolder, data: dict[str, Any]) -> StandIn | None:
    if not data.get("stand_in"):
        return None
    used = str(data.get("dataset", "another dataset"))
    asked = stage.settings.get("dataset")
    named = asked.get("type") if isinstance(asked, dict) else asked
    declared = data.get("stand_in_for") or (named if named != used else None)
    return StandIn(used, str(declared or "the dataset that the pipeline names"))


def sizes_in_words(part: DataPart) -> str:
    """50,000 train and 10,000 test images of 10 classes."""
    *most, last = ["", *(f"{count(n)} {name}" for name, n in part.images)]
    first = ", ".join(filter(None, most))
    whole = f"{first} and {last} images" if first else f"{last} images".lstrip()
    return f"{whole} of {plural(len(part.classes), 'class')}" if part.classes else whole
