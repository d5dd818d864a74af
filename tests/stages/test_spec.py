"""What stages need, take and give, by their settings."""

from __future__ import annotations

from typing import Any

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.doctor.spec import Doctor
from cifar_pipe.stages.evaluate.spec import Evaluate
from cifar_pipe.stages.inspect.spec import Inspect
from cifar_pipe.stages.load.spec import Load
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.stages.save.spec import Save
from cifar_pipe.stages.spec import OUTPUTS, StageSpec

LAYERS = [make("layer", "Flatten")]
LOSS = make("loss", "CrossEntropyLoss")


@pytest.mark.parametrize(
    ("spec", "needs", "takes"),
    [
        (BuildModel(layers=LAYERS), ("data",), ("data",)),
        (BuildModel(layers=LAYERS, input_shape=[3, 8, 8]), (), ("data",)),
        (Doctor(), ("data",), ("model", "history")),
        (Inspect(), ("model",), ()),
        (Inspect(input="data"), ("model", "data"), ()),
        (Load(), ("model", "files"), ()),
        (Load(file="net.pth"), ("model",), ()),
        (Evaluate(), ("data", "model"), ("history",)),
    ],
)
def test_a_stage_needs_what_its_settings_leave_open(
    spec: StageSpec, needs: tuple[str, ...], takes: tuple[str, ...]
) -> None:
    assert (spec.needs(), spec.takes()) == (needs, takes)


@pytest.mark.parametrize(
    ("spec", "compares"),
    [
        (Evaluate(), True),
        (Save(path="net.pth"), False),
        (Inspect(input="data"), False),
        (Inspect(input="data", loss=LOSS), True),
        (Inspect(loss=LOSS), False),
    ],
)
def test_outputs_are_compared_with_targets_where_there_are_both(
    spec: StageSpec, compares: bool
) -> None:
    assert spec.takes_targets() is compares


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_settings_name_their_outputs_and_the_files_that_they_write(stage: Any) -> None:
    assert {*stage.spec.NEEDS, *stage.spec.GIVES} <= set(OUTPUTS)
    assert set(stage.spec.WRITES) <= set(stage.spec.model_fields)
