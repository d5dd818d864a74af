"""Checks that weights fit the network that they are loaded into: those of files, and saved ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from torch import Tensor

from cifar_pipe.checks.static.layers import layer_span
from cifar_pipe.checks.torch.shaped_network import ShapedNetwork
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.errors import RunError
from cifar_pipe.model.network import build_on_meta
from cifar_pipe.model.planning.planned import Planned
from cifar_pipe.model.planning.shapes import plan
from cifar_pipe.model.pretrained import check_file
from cifar_pipe.model.weights import compare, read_weights
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.stages.load.spec import Load
from cifar_pipe.stages.run_file import parts
from cifar_pipe.stages.save.spec import Save


def check_saved(
    pipeline: Pipeline, networks: Mapping[str, ShapedNetwork], findings: Findings
) -> None:
    """Findings for what a `save` above wrote of another network; `networks` are those that each
    stage gives.
    """
    for stage in pipeline.stages:
        giver = pipeline.find(stage.inputs["files"]) if _loads_saved(stage) else None
        saved = networks.get(giver.inputs.get("model", "")) if giver else None
        network = networks.get(stage.id)
        if giver and saved and network and saved.stage is not network.stage:
            _check_saved(stage, network, giver, saved, findings)


def _loads_saved(stage: Stage) -> bool:
    return isinstance(stage.spec, Load) and stage.spec.file is None and "files" in stage.inputs


def _check_saved(
    stage: Stage, network: ShapedNetwork, giver: Stage, saved: ShapedNetwork, findings: Findings
) -> None:
    assert isinstance(giver.spec, Save)
    try:
        compare(Path(giver.spec.path), _parameters(saved), _parameters(network))
    except RunError as error:
        _report(
            error,
            stage.id_span,
            findings,
            help_=f"load it into {saved.stage.id}: from: {{model: {saved.stage.id}}}",
            related=[
                (giver.span("path"), f"the network of {saved.stage.id} is saved here"),
                (network.stage.id_span, "the network that it is loaded into"),
            ],
        )


def check_files(
    pipeline: Pipeline, networks: Mapping[str, ShapedNetwork], findings: Findings, *, read: bool
) -> None:
    """Reads the files of weights that a pipeline names, once nothing else stands against it;
    without `read` they are told as not known.
    """
    for stage in pipeline.stages:
        network = networks.get(stage.id)
        if isinstance(stage.spec, Load) and network:
            if stage.spec.file is not None:
                _check_file(pipeline, stage, stage.spec.file, network, findings, read=read)
        elif network and network.stage is stage:
            _check_layers(network, findings, read=read)


def _check_file(
    pipeline: Pipeline,
    stage: Stage,
    file: str,
    network: ShapedNetwork,
    findings: Findings,
    *,
    read: bool,
) -> None:
    if not read:
        findings.unknown(f"the weights in {file}", "--data", stage.span("file"))
        return
    try:
        compare(Path(file), read_weights(Path(file)), _parameters(network))
    except RunError as error:
        above = pipeline.stages[: pipeline.stages.index(stage)]
        save = next((one for one in reversed(above) if _writes(one, file)), None)
        if save is None or Path(file).expanduser().exists():
            _report(error, stage.span("file"), findings)
            return
        _report(
            error,
            stage.span("file"),
            findings,
            help_=f"leave file out: it takes what {save.id} saves, in the run directory",
            related=[(save.span("path"), "it is written here, in the run directory")],
        )


def _writes(stage: Stage, file: str) -> bool:
    """Whether the stage saves a file whose path is the end of this one."""
    if not isinstance(stage.spec, Save):
        return False
    written = parts(stage.spec.path)
    return parts(file)[-len(written) :] == written


def _check_layers(network: ShapedNetwork, findings: Findings, *, read: bool) -> None:
    planned = plan(network.layers, network.input_shape)
    for one in _planned_with_files(planned):
        at = layer_span(one.layer, "weights_file", network.stage.span("layers"))
        if not read:
            findings.unknown(f"the weights in {one.layer.get('weights_file')}", "--data", at)
            continue
        try:
            check_file(one)
        except RunError as error:
            _report(error, at, findings)


def _planned_with_files(planned: Sequence[Planned]) -> Iterator[Planned]:
    for one in planned:
        if one.layer.given.get("weights_file"):
            yield one
        for inner in one.parts.values():
            yield from _planned_with_files(inner)


def _parameters(network: ShapedNetwork) -> Mapping[str, Tensor]:
    """Tensors without numbers, under the names that a file has them by."""
    built = build_on_meta(network.layers, network.input_shape)
    return built.state_dict()


def _report(
    error: RunError,
    span: Span,
    findings: Findings,
    *,
    help_: str | None = None,
    related: Sequence[tuple[Span, str]] = (),
) -> None:
    findings.add(
        "weights",
        error.message,
        span,
        help=help_ or "; ".join(error.help) or None,
        related=related,
    )
