"""Loads the data and says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.data.fingerprint import fingerprint
from cifar_pipe.data.load import load
from cifar_pipe.files import write_bytes, write_json
from cifar_pipe.report.looks import augmentation
from cifar_pipe.report.looks.names import AUGMENTED
from cifar_pipe.stages.load_data.spec import LoadData


def external(spec: LoadData, *, whole: bool) -> str | None:
    """What stands for the files of the data set: their times of change, or what is in them."""
    return fingerprint(spec, whole=whole)


def run(spec: LoadData, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    assert not inputs
    data = load(spec, context)
    context.facts["data"] = data.info
    if fold := spec.fold:
        held, rest = data.count("test"), sum(map(data.count, data.splits))
        whole = (
            rest if "val" not in data.splits or spec.validation_split else rest - data.count("val")
        )
        context.events.note(
            f"{context.stage}: {fold}: {held} of the {whole} training images are held out as split "
            "test; the dataset's own test images are not used"
        )
    # How many images of each class each split has; nothing where the targets are numbers.
    per_class = {
        name: dict(zip(data.classes, split.per_class(data.num_classes), strict=True))
        for name, split in data.splits.items()
        if data.num_classes is not None
    }
    write_json(context.folder / "data.json", {**data.info, "per_class": per_class})
    if picture := augmentation.before_and_after(data):
        write_bytes(context.folder / AUGMENTED, picture)
    return {"data": data}
