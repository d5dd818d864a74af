"""What the stage does: it is imported when a pipeline with the stage runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.files import write_json
from cifar_pipe.training.evaluation.evaluate import EvaluationJob, evaluate
from cifar_pipe_example.mistakes_spec import Mistakes


def run(spec: Mistakes, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    data, split = inputs["data"], inputs["data"].splits[spec.split]
    job = EvaluationJob(inputs["model"], data, spec.split, batch_size=1000, probabilities=True)
    found = evaluate(job, context).probabilities
    assert found is not None
    sure, taken_for = found.outputs.softmax(1).max(1)
    wrong = (taken_for != found.labels).nonzero().flatten().tolist()
    worst = sorted(wrong, key=lambda index: -float(sure[index]))[: spec.count]
    rows = [
        {
            "image": split.files[index] if split.files else index,
            "class": data.classes[found.labels[index]],
            "taken_for": data.classes[taken_for[index]],
            "probability": round(float(sure[index]), 4),
        }
        for index in worst
    ]
    write_json(context.folder / "mistakes.json", rows)
    context.events.say(
        f"{len(wrong)} of the {len(split)} {spec.split} images are taken for another class"
    )
    metrics = {"split": spec.split, "mistakes": len(wrong)}
    context.facts["metrics"] = metrics
    return {"metrics": metrics}
