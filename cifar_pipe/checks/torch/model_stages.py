"""Checks what a stage does with a network: trains it, measures it, looks inside."""

from __future__ import annotations

from collections.abc import Mapping

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.checks.static.data_flow import Flow
from cifar_pipe.checks.torch.batches import check_batches, check_single_image, training_images
from cifar_pipe.checks.torch.losses import (
    Use,
    check_loss,
    never_counted,
    of_random_input,
    takes_classes,
)
from cifar_pipe.checks.torch.optimizers import check_training
from cifar_pipe.checks.torch.shaped_network import ShapedNetwork
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.model.network import build_on_meta
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.stages.evaluate.spec import Evaluate
from cifar_pipe.stages.inspect.spec import Inspect
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.train.spec import Train


def check_use(
    pipeline: Pipeline,
    stage: Stage,
    network: ShapedNetwork,
    networks: Mapping[str, ShapedNetwork],
    flow: Flow,
    findings: Findings,
) -> None:
    """`networks` are those that each stage above gives."""
    data_stage = pipeline.stage(stage.inputs["data"])
    data = data_stage.spec
    assert isinstance(data, LoadData)
    match stage.spec:
        case Train() as spec:
            check_batches(data_stage, flow, network, spec.steps, findings)
            use = _use(stage, spec.loss, network, flow, data)
            check_loss(use, findings)
            _check_counted(use, data, findings)
            check_training(stage, spec, network, flow, data, findings)
        case Evaluate(loss=Component() as loss):
            check_loss(_use(stage, loss, network, flow, data), findings)
        case Evaluate() if training := pipeline.find(stage.inputs.get("history")):
            assert isinstance(training.spec, Train)
            trained = networks.get(training.id)
            same = trained is not None and trained.stage is network.stage
            if not (same and training.inputs.get("data") == data_stage.id):
                loss = training.spec.loss
                use = _use(stage, loss, network, flow, data, inherited=training)
                check_loss(use, findings)
        case _:
            pass


def _use(
    stage: Stage,
    loss: Component,
    network: ShapedNetwork,
    flow: Flow,
    data: LoadData,
    *,
    inherited: Stage | None = None,
) -> Use:
    normal = data.dataset.given.get("distribution") == "normal"
    return Use(stage, loss, network, flow.facts, normal, inherited)


def _check_counted(use: Use, data: LoadData, findings: Findings) -> None:
    """A mean over the images of a batch that count: there must be one."""
    if data.batch_size > 1 or not any(use.loss.given.get("weight") or (1,)):
        return
    if argument := never_counted(use.loss, use.facts.num_classes):
        use.tell(
            findings,
            "loss",
            f"each batch has 1 image, and {argument} leaves a class out: of its images the mean "
            "is 0 / 0",
            argument=argument,
            help="a batch_size of 2 or more, or reduction: sum",
        )


def check_inspection(
    pipeline: Pipeline,
    stage: Stage,
    spec: Inspect,
    network: ShapedNetwork,
    flow: Flow,
    findings: Findings,
) -> None:
    """`flow` is that of the data, or of none: what is random needs none."""
    if not any(row.trainable for row in network.rows):
        findings.add(
            "value",
            "the network has no parameters that take a gradient",
            stage.id_span,
            help="let training change a layer, or leave this stage out",
            related=[(network.stage.id_span, "the network")],
        )
        return
    if spec.loss is not None:
        _check_its_loss(pipeline, stage, spec.loss, network, flow, findings)
    images = _batch(pipeline, stage, spec, flow)
    if images == 1:
        check_single_image(
            "the random input" if spec.input == "random" else "the batch",
            network,
            stage.span("batch_size"),
            findings,
            help_="a batch_size of 2 or more",
        )
    if spec.watch is not None:
        _check_watched(stage, spec.watch, network, findings)


def _batch(pipeline: Pipeline, stage: Stage, spec: Inspect, flow: Flow) -> int | None:
    """How many images it looks at, if known."""
    if spec.input == "random":
        return spec.batch_size or 1
    data = pipeline.stage(stage.inputs["data"]).spec
    assert isinstance(data, LoadData)
    wanted = spec.batch_size or data.batch_size
    images = training_images(data, flow)
    return wanted if images is None else min(wanted, images)


def _check_its_loss(
    pipeline: Pipeline,
    stage: Stage,
    loss: Component,
    network: ShapedNetwork,
    flow: Flow,
    findings: Findings,
) -> None:
    if stage.inputs.get("data") and stage.spec.needs() == ("model", "data"):
        data = pipeline.stage(stage.inputs["data"]).spec
        assert isinstance(data, LoadData)
        check_loss(_use(stage, loss, network, flow, data), findings)
        return
    use = of_random_input(Use(stage, loss, network, flow.facts))
    scope = findings.scope()
    check_loss(use, findings)
    if not scope.has_errors and takes_classes(loss) and len(network.output_shape) != 1:
        shape = ", ".join(["N", *map(str, network.output_shape)])
        use.tell(
            findings,
            "shape",
            f"{loss.name} takes [N, classes], and the network gives [{shape}]",
            help="end the layers with Flatten and Linear, or leave loss out",
        )


def _check_watched(stage: Stage, watch: str, network: ShapedNetwork, findings: Findings) -> None:
    built = build_on_meta(network.layers, network.input_shape)
    names = [name for name, _ in built.named_parameters()]
    if watch not in names:
        findings.add(
            "value",
            f"the network has no parameter `{watch}`",
            stage.span("watch"),
            help=did_you_mean(watch, names) or f"{network.stage.id} has {', '.join(names[:6])}, …",
        )
