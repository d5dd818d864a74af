"""Loads the data and says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.data.fingerprint import fingerprint
from cifar_pipe.data.load import load
from cifar_pipe.files import write_json
from cifar_pipe.stages.load_data.spec import LoadData


def external(spec: LoadData) -> str | None:
    """What stands for the files of the data set, without a look into them."""
    return fingerprint(spec)


def run(spec: LoadData, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    assert not inputs
    data = load(spec, context)
    context.facts["data"] = data.info
    # How many images of each class each split has; nothing where the targets are numbers.
    per_class = {
        name: dict(zip(data.classes, split.per_class(data.num_classes), strict=True))
        for name, split in data.splits.items()
        if data.num_classes is not None
    }
    write_json(context.folder / "data.json", {**data.info, "per_class": per_class})
    return {"data": data}
