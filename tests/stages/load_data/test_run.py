"""load_data: what it writes of the data."""

from __future__ import annotations

import json

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.stages.load_data.run import run
from cifar_pipe.stages.load_data.spec import LoadData


def test_the_stage_writes_what_the_data_is(context: Context) -> None:
    shapes = make("dataset", "Shapes", train=40, test=20)
    spec = LoadData(
        dataset=shapes, transforms=[make("transform", "ToTensor")], validation_split=0.25
    )
    assert run(spec, {}, context)["data"].image_shape == (3, 32, 32)
    written = json.loads((context.folder / "data.json").read_text())
    assert written["dataset"] == "Shapes"
    assert written["stand_in"] is False
    assert (written["train"], written["val"], written["test"]) == (30, 10, 20)
    assert written["image_shape"] == [3, 32, 32]
    assert written["per_class"]["test"]["circle"] == 2
    assert context.facts["data"]["classes"][0] == "circle"
