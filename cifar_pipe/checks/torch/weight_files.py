"""Files of weights that the pipeline names are there, and fit the network.

They are read if `options.read_weights` says so, and else reported as not known.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cifar_pipe.catalog.core.layer_lists import every_layer
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.network import NetworkUse, ShapedNetwork
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.errors import RunError
from cifar_pipe.model.planning.shapes import plan
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.stages.run_file import newest_of_runs, parts

CODES = ("weights",)
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        if use.stage.type.name == "load":
            _check_loaded(context, use)
    for stage_id, network in context.networks.items():
        if stage_id == network.stage.id:
            _check_layers(context, network)


def _check_loaded(context: CheckContext, use: NetworkUse) -> None:
    from cifar_pipe.stages.load.spec import Load  # noqa: PLC0415 (few pipelines have one)

    assert isinstance(use.stage.spec, Load)
    spec, file = use.stage.spec, use.stage.spec.file
    if file is None:
        return
    if not context.options.read_weights:
        context.not_known(f"the weights in {file}", "--data", use.stage, "file")
        return
    from cifar_pipe.checks.torch.analysis.on_meta import on_meta  # noqa: PLC0415 (torch)
    from cifar_pipe.model.weights.files import read_weights  # noqa: PLC0415 (torch)
    from cifar_pipe.model.weights.loading import head_of, load_weights  # noqa: PLC0415 (torch)

    try:
        network = on_meta(use.network)
        head = head_of(network) if spec.new_head else None
        load_weights(network, read_weights(Path(file), sha256=spec.sha256), head=head)
    except RunError as error:
        problem = _problem(error, ("file",))
        stages = context.pipeline.stages
        above = stages[: stages.index(use.stage)]
        save = next((one for one in reversed(above) if _saves(one, file)), None)
        absent = not Path(file).expanduser().exists()
        if save is None and absent and (kept := newest_of_runs(file)):
            problem = replace(problem, help=f"a run has one: file: {kept}")
        if save is not None and absent:
            help_ = f"leave file out: it takes what {save.id} saves, in the run directory"
            related = ((save.locate("path"), "it is written here, in the run directory"),)
            problem = replace(problem, help=help_, related=related)
        context.report(use.stage, problem)


def _saves(stage: Stage, file: str) -> bool:
    """Whether the stage saves a file whose path is the end of this one."""
    from cifar_pipe.stages.save.spec import Save  # noqa: PLC0415

    written = parts(stage.spec.path) if isinstance(stage.spec, Save) else ()
    return bool(written) and parts(file)[-len(written) :] == written


def _check_layers(context: CheckContext, network: ShapedNetwork) -> None:
    paths = {
        id(layer): (*path, "weights_file")
        for path, layer in every_layer(network.layers)
        if layer.given.get("weights_file")
    }
    planned = plan(network.layers, network.input_shape) if paths else ()
    for one in (inner for outer in planned for inner in outer.with_inner()):
        path = paths.get(id(one.layer))
        if path is None:
            continue
        if not context.options.read_weights:
            file = one.layer.get("weights_file")
            context.not_known(f"the weights in {file}", "--data", network.stage, *path)
            continue
        from cifar_pipe.model.pretrained import check_file  # noqa: PLC0415 (torch)

        try:
            check_file(one)
        except RunError as error:
            context.report(network.stage, _problem(error, path))


def _problem(error: RunError, path: tuple[str | int, ...]) -> Problem:
    return Problem(error.message, path, "weights", "; ".join(error.help) or None)
