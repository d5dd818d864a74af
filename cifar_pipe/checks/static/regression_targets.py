"""Targets that are numbers have no classes: what asks for some is told, without torch."""

from __future__ import annotations

from collections.abc import Mapping

from cifar_pipe.checks.static.data_flow import Flow
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.pipeline import Pipeline
from cifar_pipe.stages.evaluate.spec import Evaluate
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.predict.spec import Predict
from cifar_pipe.stages.train.spec import Train


def check_numbers(pipeline: Pipeline, flows: Mapping[str, Flow], findings: Findings) -> None:
    for stage in pipeline.stages:
        flow = flows.get(stage.id, flows.get(stage.inputs.get("data", "")))
        if flow is None or flow.facts.target_shape is None:
            continue
        match stage.spec:
            case LoadData(classes=[*_]):
                said = "classes are named"
                at, help_ = stage.span("classes"), "leave classes out"
            case Evaluate(metrics=[*metrics]):
                said = (
                    f"{' and '.join(one.name for one in metrics)} can only be measured of classes"
                )
                at, help_ = stage.span("metrics"), "leave metrics out: the loss is measured"
            case Predict():
                said = f"{stage.id} names classes"
                at, help_ = stage.id_span, "leave this stage out"
            case Train(monitor="val_accuracy"):
                said = "val_accuracy can only be measured of classes"
                at, help_ = stage.span("monitor"), "write monitor: val_loss"
            case _:
                continue
        findings.add("classes", f"{said}, and the targets are numbers", at, help=help_)
