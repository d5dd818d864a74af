"""predict: the tutorial's lines GroundTruth and Predicted, and the images with both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.errors import RunError
from cifar_pipe.files import write_bytes, write_json
from cifar_pipe.report.formatting import name_rows
from cifar_pipe.report.pictures import predicted_row
from cifar_pipe.stages.predict.spec import Predict
from cifar_pipe.training.evaluation.predictions import predict
from cifar_pipe.training.evaluation.sample import balanced
from cifar_pipe.training.targets import check_outputs


def run(spec: Predict, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    data, network = inputs["data"], inputs["model"]
    if data.num_classes is None:
        raise RunError("predict names classes, and the targets of this data are numbers")
    check_outputs(network, data)
    if spec.sample == "balanced":
        indices = balanced(data.splits[spec.split].labels, spec.count, seed=context.seed)
    else:
        indices = list(range(min(spec.count, data.count(spec.split))))
    found = predict(network, data, spec.split, indices, context)
    for line in name_rows({"GroundTruth: ": found.labels, "Predicted: ": found.predicted}):
        context.events.say(line)
    write_bytes(context.folder / "predictions.png", predicted_row(found))
    write_json(context.folder / "predictions.json", found.rows())
    return {}
