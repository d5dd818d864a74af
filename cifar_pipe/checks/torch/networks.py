"""Checks each network's shapes on torch's meta device, and what is trained and measured with it.

This is the part of the checks that needs torch; it is imported when a pipeline has passed the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.images.data_facts import DataFacts, Images
from cifar_pipe.catalog.torch.build import check_installed
from cifar_pipe.checks.static.data_flow import Flow
from cifar_pipe.checks.static.image_sizes import where_test_changes
from cifar_pipe.checks.static.layers import every_layer, last_layer, layer_span
from cifar_pipe.checks.static.no_effect import check_idle
from cifar_pipe.checks.torch.model_stages import check_inspection, check_use
from cifar_pipe.checks.torch.shaped_network import ShapedNetwork
from cifar_pipe.checks.torch.weights import check_saved
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.planning.planned import LayerRow, words
from cifar_pipe.model.planning.shapes import check as check_shapes
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.pipeline.spans import name_span
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.evaluate.spec import Evaluate
from cifar_pipe.stages.inspect.spec import Inspect
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.predict.spec import Predict
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.syntax.nodes import locate

__all__ = ["LayerRow", "ShapedNetwork", "check_networks", "components_of"]


_NO_IMAGES = Images.of(None)
_NO_DATA = Flow(
    DataFacts(_NO_IMAGES, None, None, None, None), _NO_IMAGES, _NO_IMAGES, has_val=False
)


def check_networks(
    pipeline: Pipeline,
    flows: Mapping[str, Flow],
    findings: Findings,
    *,
    tangled: Collection[str] = (),
) -> Mapping[str, ShapedNetwork]:
    """The networks that fit, by the id of each stage that gives one.

    `tangled` are stages with findings about how their layers are joined: those are not looked at.
    """
    shaped: dict[str, ShapedNetwork] = {}
    told: set[tuple[str, str]] = set()

    def check_fit_once(network: ShapedNetwork, data: str, flow: Flow) -> None:
        if (network.stage.id, data) not in told:
            told.add((network.stage.id, data))
            _check_fit(pipeline.stage(data), network, flow, findings)

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
                check_fit_once(network, stage.inputs["data"], flow)
                check_use(pipeline, stage, network, shaped, flow, findings)
            case Inspect(input="data") as spec if network and flow:
                if spec.loss is not None:
                    check_fit_once(network, stage.inputs["data"], flow)
                else:
                    _check_images(pipeline.stage(stage.inputs["data"]), network, flow, findings)
                check_inspection(pipeline, stage, spec, network, flow, findings)
            case Inspect(input="random") as spec if network:
                check_inspection(pipeline, stage, spec, network, _NO_DATA, findings)
            case _:
                pass
        if network is not None and "model" in stage.type.spec.GIVES:
            shaped[stage.id] = network
    check_saved(pipeline, shaped, findings)
    check_idle(pipeline, flows, findings)
    return shaped


def _shape(
    stage: Stage, spec: BuildModel, flow: Flow | None, findings: Findings
) -> ShapedNetwork | None:
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
    except ProblemError as error:
        if flow and _is_other_order(shape, flow.train.shape, spec):
            findings.add(
                "shape",
                f"input_shape is {list(shape)}, and the data has [channels, height, width] "
                f"{list(flow.train.shape or ())}",
                stage.span("input_shape"),
                help="leave input_shape out: it is the data's",
            )
            return None
        at = locate(stage.node, error.problem.path, stage.id_span)
        findings.report(error.problem, at)
        return None
    return ShapedNetwork(stage, shape, rows)


def _is_other_order(
    shape: tuple[int, ...], images: tuple[int, ...] | None, spec: BuildModel
) -> bool:
    """Whether it is the shape that is wrong, and not the layers: they take the data's images."""
    if images is None or images == shape:
        return False
    try:
        check_shapes(spec.layers, images, by_type=spec.initialize)
    except ProblemError:
        return sorted(images) == sorted(shape)
    return True


def _check_fit(data: Stage, network: ShapedNetwork, flow: Flow, findings: Findings) -> None:
    """The last layer gives one number a class, and the network takes images of this shape."""
    facts, output = flow.facts, network.output_shape
    _check_images(data, network, flow, findings)
    if facts.num_classes is None:
        if facts.target_shape is None:
            findings.unknown(
                f"whether the outputs {words(output)} of {network.stage.id} are one a class",
                f"--data, or classes: in {data.id}",
                network.stage.id_span,
            )
        return
    if len(output) != 1:
        findings.add(
            "shape",
            f"the network gives {words(output)} where it takes [N, {facts.num_classes}], "
            "one number a class",
            layer_span(last_layer(network.layers), None, network.stage.span("layers")),
            help=f"end with Flatten and {{type: Linear, out_features: {facts.num_classes}}}",
        )
    elif output[0] != facts.num_classes:
        _report_classes(network, facts.num_classes, findings)


def _check_images(data: Stage, network: ShapedNetwork, flow: Flow, findings: Findings) -> None:
    """Images of another size than the network was built for: fine where its layers take both."""
    for image in dict.fromkeys((flow.train.shape, flow.test.shape)):
        if image is None or image == network.input_shape or _takes(network, image):
            continue
        if flow.train.shape == network.input_shape:
            _report_test_images(data, network, flow, image, findings)
        else:
            findings.add(
                "shape",
                f"{network.stage.id} is built for {words(network.input_shape)}, "
                f"and the data has {words(image)} as well",
                network.stage.span("input_shape"),
                help="bring all images to one size, or put AdaptiveAvgPool2d above the first "
                "Linear",
            )


def _takes(network: ShapedNetwork, image: tuple[int, ...]) -> bool:
    try:
        rows = check_shapes(network.layers, image)
    except ProblemError:
        return False
    return [row.parameters for row in rows] == [row.parameters for row in network.rows]


def _report_test_images(
    data: Stage, network: ShapedNetwork, flow: Flow, image: tuple[int, ...], findings: Findings
) -> None:
    assert isinstance(data.spec, LoadData)
    channels, height, width = network.input_shape
    findings.add(
        "transform",
        f"the test images are {words(image)}, and {network.stage.id} is built for the training "
        f"images, {words(network.input_shape)}",
        where_test_changes(data, data.spec, flow.facts.image),
        help=f"let test change the channels as train does: {image[0]} here, {channels} there"
        if image[0] != channels
        else f"add {{type: CenterCrop, size: [{height}, {width}]}} or a Resize to test",
    )


def _report_classes(network: ShapedNetwork, classes: int, findings: Findings) -> None:
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
        if layer.given and (argument or layer_facts(layer).network)
        else f"write {{type: {layer.name}, {written}}}"
        if layer_facts(layer).network
        else None,
    )


def _installed_has_all(stage: Stage, findings: Findings) -> bool:
    scope = findings.scope()
    for component in components_of(stage.spec):
        if missing := check_installed(component):
            findings.add("torch-version", missing, name_span(component.node, None, stage.id_span))
    return not scope.has_errors


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
