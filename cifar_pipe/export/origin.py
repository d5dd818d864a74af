"""Where a network comes from: what its card tells of the run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cifar_pipe.inference.run_pipeline import upwards
from cifar_pipe.pipeline.pipeline import Pipeline, Stage


@dataclass(frozen=True, slots=True)
class Origin:
    """`pipeline` is its text, `network` and `data` are the ids of the stages that built the network and
    loaded its images, `info` says what these are, and `metrics` are those of this network by stage.
    """

    name: str
    description: str
    pipeline: str
    network: str
    data: str
    info: Mapping[str, Any]
    metrics: Mapping[str, Any]


def origin_of(
    run: Path, pipeline: Pipeline, giver: Stage, data: Stage, info: Mapping[str, Any]
) -> Origin:
    """Of the network that the stage `giver` of the run gave."""
    *_, built = upwards(pipeline, giver)
    state: Any = {}
    with suppress(OSError, ValueError):
        state = json.loads((run / "run.json").read_text(encoding="utf-8"))
    measured = state.get("metrics", {}) if isinstance(state, dict) else {}
    of_this = {one.id for one in pipeline.stages if one.inputs.get("model") == giver.id}
    return Origin(
        name=pipeline.name,
        description=pipeline.document.description or "",
        pipeline=(run / "resolved.yaml").read_text(encoding="utf-8"),
        network=built.id,
        data=data.id,
        info=info,
        metrics={stage: values for stage, values in measured.items() if stage in of_this},
    )
