"""What is legal and changes nothing, or leaves nothing to change: warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts, scheduler_facts
from cifar_pipe.checks.static.data_flow import Flow
from cifar_pipe.checks.static.layers import every_layer, layer_span
from cifar_pipe.checks.torch.optimizers import length_of
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.pipeline.spans import component_span, name_span
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.evaluate.spec import Evaluate
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.predict.spec import Predict
from cifar_pipe.stages.train.spec import Train


def check_idle(pipeline: Pipeline, flows: Mapping[str, Flow], findings: Findings) -> None:
    for stage in pipeline.stages:
        flow = flows.get(stage.inputs.get("data", ""))
        match stage.spec:
            case BuildModel() as spec:
                _check_dropout(stage, spec, findings)
            case Train() as spec:
                data = pipeline.stage(stage.inputs["data"]).spec if flow else None
                if flow and isinstance(data, LoadData):
                    _check_log(stage, spec, data, flow, findings)
                _check_rate(stage, spec, findings)
            case Evaluate(metrics=[*metrics]):
                _check_metrics(stage, metrics, flow, findings)
            case _:
                pass
        if isinstance(stage.spec, Evaluate | Predict):
            _check_trained(pipeline, stage, findings)


def _check_dropout(stage: Stage, spec: BuildModel, findings: Findings) -> None:
    for layer in every_layer(spec.layers):
        share = layer_facts(layer).drops
        if share and layer.given.get(share) == 1:
            findings.add(
                "no-effect",
                f"{layer.name} with {share}: 1 lets nothing through while the network trains",
                layer_span(layer, share, stage.span("layers")),
                help=f"{share} is the share that is dropped: 0.1 to 0.5 are usual",
            )


def _check_log(stage: Stage, spec: Train, data: LoadData, flow: Flow, findings: Findings) -> None:
    length = length_of(spec, data, flow)
    if spec.log_every is None or length is None:
        return
    steps = min(length.steps, length.steps_per_epoch)
    if spec.log_every > steps:
        findings.add(
            "no-effect",
            f"log_every is {spec.log_every}, and an epoch has {steps} "
            f"step{'s' if steps > 1 else ''}: no loss is printed",
            stage.span("log_every"),
            help="leave log_every out: the loss is printed once an epoch",
        )


def _check_rate(stage: Stage, spec: Train, findings: Findings) -> None:
    """A learning rate of 0 that no group and no scheduler replaces."""
    optimizer = spec.optimizer
    sets = spec.scheduler is not None and scheduler_facts(spec.scheduler).sets_lr
    if optimizer.given.get("lr") == 0 and not optimizer.common.get("groups") and not sets:
        findings.add(
            "no-effect",
            f"{optimizer.name} with lr: 0 changes no parameter",
            name_span(optimizer.node, "lr", stage.span("optimizer")),
        )


def _check_metrics(
    stage: Stage, metrics: Sequence[Component], flow: Flow | None, findings: Findings
) -> None:
    for index, metric in enumerate(metrics):
        at = component_span(stage, ("metrics",), index, None)
        if metric in metrics[:index]:
            findings.add("no-effect", f"{metric.name} is measured once, and stands twice", at)
        classes = flow.facts.num_classes if flow else None
        if metric.name == "top_k_accuracy" and classes and metric.get("k") >= classes:
            findings.add(
                "no-effect",
                f"top_k_accuracy with k: {metric.get('k')} is always 1: "
                f"the data has {classes} classes",
                component_span(stage, ("metrics",), index, "k"),
                help="lower k",
            )


def _check_trained(pipeline: Pipeline, stage: Stage, findings: Findings) -> None:
    """A network as it was built, that is trained below, and not looked at like this afterwards."""
    built = pipeline.find(stage.inputs.get("model"))
    if built is None or not isinstance(built.spec, BuildModel) or _pretrained(built.spec):
        return
    below = pipeline.stages[pipeline.stages.index(stage) + 1 :]
    trained = [
        one for one in below if isinstance(one.spec, Train) and one.inputs.get("model") == built.id
    ]
    again = [one for one in below if one.type is stage.type and one.inputs.get("model") != built.id]
    if trained and not again:
        findings.add(
            "untrained",
            f"{stage.id} takes the network as {built.id} built it: {trained[0].id} trains it below",
            stage.id_span,
            help=f"move {stage.id} below {trained[0].id}",
            related=[(trained[0].id_span, f"{trained[0].id} stands below")],
        )


def _pretrained(spec: BuildModel) -> bool:
    return any(
        layer.given.get("weights") or layer.given.get("weights_file")
        for layer in every_layer(spec.layers)
    )
