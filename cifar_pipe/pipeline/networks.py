"""Checks each network's shapes on torch's meta device, and what is trained and measured with it.

This is the part of the checks that needs torch; it is imported when a pipeline has passed the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import torch

from cifar_pipe.catalog.build import check_installed
from cifar_pipe.catalog.component import Component
from cifar_pipe.language.findings import Findings
from cifar_pipe.language.suggest import did_you_mean
from cifar_pipe.model.misfit import TypeMisfit
from cifar_pipe.model.network import build
from cifar_pipe.model.shapes import LayerRow, Misfit
from cifar_pipe.model.shapes import check as check_shapes
from cifar_pipe.pipeline.batches import check_batches, check_single_image
from cifar_pipe.pipeline.flow import Flow, name_span
from cifar_pipe.pipeline.layers import every_layer, last_layer, layer_span
from cifar_pipe.pipeline.model import Pipeline, Stage
from cifar_pipe.pipeline.shaped import Shaped
from cifar_pipe.pipeline.trainings import check_loss, check_training
from cifar_pipe.pipeline.weights import check_saved
from cifar_pipe.stages.build_model import BuildModel
from cifar_pipe.stages.evaluate import Evaluate
from cifar_pipe.stages.inspect import Inspect
from cifar_pipe.stages.load_data import LoadData
from cifar_pipe.stages.predict import Predict
from cifar_pipe.stages.train import Train

__all__ = ["LayerRow", "Shaped", "check_networks", "components_of"]


def check_networks(
    pipeline: Pipeline,
    flows: Mapping[str, Flow],
    findings: Findings,
    *,
    tangled: Collection[str] = (),
) -> Mapping[str, Shaped]:
    """The networks that fit, by the id of each stage that gives one.

    `tangled` are stages with findings about how their layers are joined: those are not looked at.
    """
    shaped: dict[str, Shaped] = {}
    told: set[tuple[str, str]] = set()
    for stage in pipeline.stages:
        if not _installed_has_all(stage, findings):
            # What PyTorch says of it would be the same mistake once more.
            continue
        network = shaped.get(stage.inputs.get("model", ""))
        flow = flows.get(stage.inputs.get("data", ""))
        match stage.spec:
            case BuildModel() if stage.id in tangled:
                findings.shapes_wait = True
            case BuildModel() as spec:
                network = _shape(stage, spec, flow, findings)
            case Train() | Evaluate() | Predict() if network and flow:
                pair = (network.stage.id, stage.inputs["data"])
                if pair not in told:
                    told.add(pair)
                    _check_fit(network, flow, findings)
                _check_use(pipeline, stage, network, flow, findings)
            case Inspect() as spec if network:
                _check_inspection(stage, spec, network, flow, findings)
            case _:
                pass
        if network is not None and "model" in stage.type.spec.GIVES:
            shaped[stage.id] = network
    check_saved(pipeline, shaped, findings)
    return shaped


def _check_use(
    pipeline: Pipeline, stage: Stage, network: Shaped, flow: Flow, findings: Findings
) -> None:
    assert isinstance(network.stage.spec, BuildModel)
    layers = network.stage.spec.layers
    data_stage = pipeline.stage(stage.inputs["data"])
    data = data_stage.spec
    assert isinstance(data, LoadData)
    match stage.spec:
        case Train() as spec:
            check_batches(data_stage, flow, layers, network.input_shape, findings)
            check_training(
                stage, spec, layers, network.input_shape, network.output_shape, flow, data, findings
            )
        case Evaluate(loss=Component() as loss):
            check_loss(stage, loss, last_layer(layers), network.output_shape, flow, findings)
        case _:
            pass


def _check_inspection(
    stage: Stage, spec: Inspect, network: Shaped, flow: Flow | None, findings: Findings
) -> None:
    assert isinstance(network.stage.spec, BuildModel)
    layers = network.stage.spec.layers
    if spec.loss is not None and flow is not None:
        check_loss(stage, spec.loss, last_layer(layers), network.output_shape, flow, findings)
    if spec.input == "random" and (spec.batch_size or 1) == 1:
        check_single_image(
            "the random input",
            layers,
            network.input_shape,
            stage.span("batch_size"),
            findings,
            help_="a batch_size of 2 or more",
        )
    if spec.watch is None:
        return
    with torch.device("meta"):
        built = build(layers, network.input_shape, seed=0, fetch_weights=False)
    names = [name for name, _ in built.named_parameters()]
    if spec.watch not in names:
        findings.add(
            "value",
            f"the network has no parameter `{spec.watch}`",
            stage.span("watch"),
            help=did_you_mean(spec.watch, names)
            or f"{network.stage.id} has {', '.join(names[:6])}, …",
        )


def _shape(stage: Stage, spec: BuildModel, flow: Flow | None, findings: Findings) -> Shaped | None:
    shape = tuple(spec.input_shape) if spec.input_shape else flow.train.shape if flow else None
    if shape is None and (flow is None or not flow.sound):
        findings.shapes_wait = True
        return None
    if shape is None:
        data = stage.inputs.get("data", "the data")
        findings.unknown(
            f"the layers of {stage.id}",
            f"--data, a Resize to a [height, width] in {data}, or input_shape: in {stage.id}",
            stage.id_span,
        )
        return None
    try:
        rows = check_shapes(spec.layers, shape, by_type=spec.initialize)
    except Misfit as misfit:
        findings.add(
            misfit.code,
            misfit.message,
            stage.span("initialize", *misfit.keys)
            if isinstance(misfit, TypeMisfit)
            else layer_span(misfit.layer, misfit.argument, stage.span("layers", misfit.index)),
            notes=misfit.notes,
            help=misfit.help,
        )
        return None
    return Shaped(stage, shape, rows)


def _check_fit(network: Shaped, flow: Flow, findings: Findings) -> None:
    """The last layer gives one number a class, and the network takes images of this shape."""
    stage, facts, output = network.stage, flow.facts, network.output_shape
    assert isinstance(stage.spec, BuildModel)
    last = layer_span(last_layer(stage.spec.layers), None, stage.span("layers"))
    for image in dict.fromkeys((flow.train.shape, flow.test.shape)):
        if image is not None and image != network.input_shape:
            _check_other_shape(network, image, findings)
    if facts.num_classes is None:
        return
    if len(output) != 1:
        findings.add(
            "shape",
            f"the network gives {_shape_text(output)} where it takes [N, {facts.num_classes}], "
            "one number a class",
            last,
            help=f"end with Flatten and {{type: Linear, out_features: {facts.num_classes}}}",
        )
    elif output[0] != facts.num_classes:
        _tell_classes(network, facts.num_classes, findings)


def _check_other_shape(network: Shaped, image: tuple[int, ...], findings: Findings) -> None:
    """Images of another size than the network was built for: fine where its layers take both."""
    assert isinstance(network.stage.spec, BuildModel)
    try:
        rows = check_shapes(network.stage.spec.layers, image)
        fits = [row.parameters for row in rows] == [row.parameters for row in network.rows]
    except Misfit:
        fits = False
    if not fits:
        findings.add(
            "shape",
            f"{network.stage.id} is built for {_shape_text(network.input_shape)}, "
            f"and the data has {_shape_text(image)} as well",
            network.stage.span("input_shape"),
            help="bring all images to one size, or put AdaptiveAvgPool2d above the first Linear",
        )


def _tell_classes(network: Shaped, classes: int, findings: Findings) -> None:
    """At the argument that fixes the number of outputs, which need not be the last layer's."""
    assert isinstance(network.stage.spec, BuildModel)
    outputs = network.output_shape[0]
    layers = list(every_layer(network.stage.spec.layers))
    names = ("out_features", "num_classes", "out_channels")
    layer, argument = next(
        (
            (layer, name)
            for layer in reversed(layers)
            for name in names
            if layer.given.get(name) == outputs
        ),
        (last_layer(layers), None),
    )
    written = f"{argument or 'num_classes'}: {classes}"
    findings.add(
        "classes",
        f"the network gives {outputs} outputs, the data has {classes} classes",
        layer_span(layer, argument, network.stage.span("layers")),
        help=f"write {written}"
        if layer.given and (argument or layer.entry.traits.get("network"))
        else f"write {{type: {layer.name}, {written}}}"
        if layer.entry.traits.get("network")
        else None,
    )


def _installed_has_all(stage: Stage, findings: Findings) -> bool:
    before = len(findings.found)
    for component in components_of(stage.spec):
        if missing := check_installed(component):
            findings.add("torch-version", missing, name_span(component.node, None, stage.id_span))
    return len(findings.found) == before


def components_of(value: object) -> Iterator[Component]:
    """Every component in a stage's settings, those in lists and in arguments included."""
    match value:
        case Component():
            yield value
            yield from components_of([*value.common.values(), *value.given.values()])
        case list() | tuple():
            for item in value:
                yield from components_of(item)
        case dict():
            yield from components_of(list(value.values()))
        case _ if hasattr(value, "model_fields_set"):
            yield from components_of([getattr(value, name) for name in value.model_fields_set])


def _shape_text(shape: tuple[int, ...]) -> str:
    return f"[{', '.join(['N', *map(str, shape)])}]"
