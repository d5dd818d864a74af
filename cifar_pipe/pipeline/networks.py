"""Checks each network's shapes on torch's meta device, and what is trained and measured with it.

This is the part of the checks that needs torch; it is imported when a pipeline has passed the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cifar_pipe.catalog.build import check_installed
from cifar_pipe.catalog.component import Component
from cifar_pipe.language.findings import Findings
from cifar_pipe.model.shapes import LayerRow, Misfit
from cifar_pipe.model.shapes import check as check_shapes
from cifar_pipe.pipeline.flow import Flow, component_span, name_span
from cifar_pipe.pipeline.model import Pipeline, Stage
from cifar_pipe.pipeline.trainings import check_loss, check_training
from cifar_pipe.stages.build_model import BuildModel
from cifar_pipe.stages.evaluate import Evaluate
from cifar_pipe.stages.load_data import LoadData
from cifar_pipe.stages.predict import Predict
from cifar_pipe.stages.train import Train


@dataclass(frozen=True, slots=True)
class Shaped:
    """A network whose shapes fit: the stage that builds it and its layer table."""

    stage: Stage
    input_shape: tuple[int, ...]
    rows: list[LayerRow]

    @property
    def output_shape(self) -> tuple[int, ...]:
        return tuple(self.rows[-1].output_shape)


def check_networks(
    pipeline: Pipeline, flows: Mapping[str, Flow], findings: Findings
) -> Mapping[str, Shaped]:
    """The networks that fit, by the id of each stage that gives one."""
    shaped: dict[str, Shaped] = {}
    told: set[tuple[str, str]] = set()
    for stage in pipeline.stages:
        _check_versions(stage, findings)
        network = shaped.get(stage.inputs.get("model", ""))
        flow = flows.get(stage.inputs.get("data", ""))
        match stage.spec:
            case BuildModel() as spec:
                network = _shape(stage, spec, flow, findings)
            case Train() | Evaluate() | Predict() if network and flow:
                pair = (network.stage.id, stage.inputs["data"])
                if pair not in told:
                    told.add(pair)
                    _check_fit(network, flow, findings)
                _check_use(pipeline, stage, network, flow, findings)
            case _:
                pass
        if network is not None and "model" in stage.type.spec.GIVES:
            shaped[stage.id] = network
    return shaped


def _check_use(
    pipeline: Pipeline, stage: Stage, network: Shaped, flow: Flow, findings: Findings
) -> None:
    assert isinstance(network.stage.spec, BuildModel)
    layers = network.stage.spec.layers
    data = pipeline.stage(stage.inputs["data"]).spec
    assert isinstance(data, LoadData)
    match stage.spec:
        case Train() as spec:
            check_training(stage, spec, layers, network.input_shape, flow, data, findings)
        case Evaluate(loss=Component() as loss):
            check_loss(stage, loss, layers[-1], flow, findings)
        case _:
            pass


def _shape(stage: Stage, spec: BuildModel, flow: Flow | None, findings: Findings) -> Shaped | None:
    shape = tuple(spec.input_shape) if spec.input_shape else flow.train.shape if flow else None
    if shape is None:
        data = stage.inputs.get("data", "the data")
        findings.unknown(
            f"the layers of {stage.id}",
            f"--data, a Resize to a [height, width] in {data}, or input_shape: in {stage.id}",
            stage.id_span,
        )
        return None
    try:
        rows = check_shapes(spec.layers, shape)
    except Misfit as misfit:
        findings.add(
            getattr(misfit, "code", "shape"),
            misfit.message,
            component_span(stage, ("layers",), misfit.index, misfit.argument),
            notes=misfit.notes,
            help=misfit.help,
        )
        return None
    return Shaped(stage, shape, rows)


def _check_fit(network: Shaped, flow: Flow, findings: Findings) -> None:
    """The last layer gives one number a class, and the network takes images of this shape."""
    stage, facts, output = network.stage, flow.facts, network.output_shape
    last = component_span(stage, ("layers",), len(network.rows) - 1, None)
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
    layers = network.stage.spec.layers
    names = ("out_features", "num_classes", "out_channels")
    position, argument = next(
        (
            (index, name)
            for index in reversed(range(len(layers)))
            for name in names
            if layers[index].given.get(name) == outputs
        ),
        (len(layers) - 1, None),
    )
    findings.add(
        "classes",
        f"the network gives {outputs} outputs, the data has {classes} classes",
        component_span(network.stage, ("layers",), position, argument),
        help=f"write {argument}: {classes}" if argument else None,
    )


def _check_versions(stage: Stage, findings: Findings) -> None:
    for component in components_of(stage.spec):
        if missing := check_installed(component):
            findings.add("torch-version", missing, name_span(component.node, None, stage.id_span))


def components_of(value: object) -> Iterator[Component]:
    """Every component in a stage's settings, those in lists and in arguments included."""
    match value:
        case Component():
            yield value
            yield from components_of(list(value.given.values()))
        case list() | tuple():
            for item in value:
                yield from components_of(item)
        case dict():
            yield from components_of(list(value.values()))
        case _ if hasattr(value, "model_fields_set"):
            yield from components_of([getattr(value, name) for name in value.model_fields_set])


def _shape_text(shape: tuple[int, ...]) -> str:
    return f"[{', '.join(['N', *map(str, shape)])}]"
