"""A model can be exported in the format that is asked for, before hours are spent on its training."""

from __future__ import annotations

from pathlib import PurePosixPath

from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import NetworkUse
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.errors import RunError
from cifar_pipe.export.packages import PACKAGES, missing
from cifar_pipe.stages.export.spec import Export, Format, format_of

CODES = ("export",)
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for stage in context.pipeline.stages:
        if not isinstance(stage.spec, Export) or not (format_ := format_of(stage.spec.path)):
            continue
        if absent := missing(format_):
            message = f"{stage.spec.path} needs {' and '.join(absent)}, which is not installed"
            problem = Problem(message, ("path",), "export", PACKAGES[format_].install)
            context.report(stage, problem)
    for use in context.uses():
        if isinstance(use.stage.spec, Export) and (format_ := format_of(use.stage.spec.path)):
            _check_images(context, use, format_)


def _check_images(context: CheckContext, use: NetworkUse, format_: Format) -> None:
    from cifar_pipe.export.preprocessing import preprocessing  # noqa: PLC0415 (torch)
    from cifar_pipe.inference.inputs import Inputs  # noqa: PLC0415 (torch)

    assert use.flow is not None
    assert isinstance(use.stage.spec, Export)
    data, shape, help_ = use.flow.spec, use.network.input_shape, None
    try:
        Inputs(data, shape)
        if format_ != "safetensors":
            help_ = f"write {PurePosixPath(use.stage.spec.path).with_suffix('.safetensors')}"
            preprocessing(data, shape)
    except RunError as error:
        context.report(use.stage, Problem(error.message, ("path",), "export", help_))
