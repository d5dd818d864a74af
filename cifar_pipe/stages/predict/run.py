"""predict: the tutorial's lines GroundTruth and Predicted, and the images with both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.errors import RunError
from cifar_pipe.files import write_bytes, write_json
from cifar_pipe.model.network import Network
from cifar_pipe.model.value_ranges import gives_probabilities
from cifar_pipe.report.pictures import image_row
from cifar_pipe.stages.predict.spec import Predict
from cifar_pipe.training.evaluation.evaluate import evaluating
from cifar_pipe.training.precision import outputs_of, placed
from cifar_pipe.training.targets import check_outputs


def run(spec: Predict, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    data, network = inputs["data"], inputs["model"]
    if data.num_classes is None:
        raise RunError("predict names classes, and the targets of this data are numbers")
    check_outputs(network, data)
    labels, probabilities = _predict(network, data, spec, context)
    shares, predicted = (best.tolist() for best in probabilities.max(1))
    names = [data.classes[label] for label in labels]
    taken_for = [data.classes[label] for label in predicted]
    for word, shown in (("GroundTruth", names), ("Predicted", taken_for)):
        # As the tutorial prints them: names at least five wide.
        context.events.say(f"{word}:  {' '.join(f'{name:5s}' for name in shown)}")
    rows = [
        {"index": index, "label": label, "predicted": guess, "probability": share}
        for index, (label, guess, share) in enumerate(zip(names, taken_for, shares, strict=True))
    ]
    picture = image_row(
        data.pictures(spec.split, range(len(rows))),
        [f"{row['predicted']} {100 * row['probability']:.0f} %\n({row['label']})" for row in rows],
        marks=[row["predicted"] == row["label"] for row in rows],
    )
    write_bytes(context.folder / "predictions.png", picture)
    write_json(context.folder / "predictions.json", rows)
    return {}


def _predict(
    network: Network, data: Data, spec: Predict, context: Context
) -> tuple[list[int], Tensor]:
    """Labels and probabilities `[n, classes]` of the first images of the split."""
    count = min(spec.count, len(data.splits[spec.split]))
    images, labels = next(data.batches(spec.split, batch_size=count, device=context.device))
    network = placed(network, context)
    with evaluating(network), torch.inference_mode():
        outputs = outputs_of(network, images, context)
    if not outputs.isfinite().all():
        help_ = "its weights have grown too large: train again with a smaller learning rate"
        raise RunError("the network gives NaN or infinite values", help=help_)
    # Softmax of log-probabilities gives the probabilities back; probabilities stay as they are.
    probabilities = outputs if gives_probabilities(network.layers) else outputs.softmax(1)
    return labels.tolist(), probabilities.cpu()
