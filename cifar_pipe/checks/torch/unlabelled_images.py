"""Folders whose images get predictions are there and hold images, and the network takes images of files.

The folders are looked at if `options.read_weights` says so, and else reported as not known.
"""

from __future__ import annotations

from cifar_pipe.catalog.images.data_facts import data_facts
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.errors import DataError, RunError
from cifar_pipe.inference.picture_data import check_is_of_pictures
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.read_paths import beside_the_file
from cifar_pipe.stages.predict_folder.spec import PredictFolder

CODES = ("data",)
NEEDS_TORCH = True


def check(context: CheckContext) -> None:
    for use in context.uses():
        spec, flow = use.stage.spec, use.flow
        if not isinstance(spec, PredictFolder) or flow is None:
            continue
        try:
            check_is_of_pictures(data_facts(flow.spec.dataset).image)
        except RunError as error:
            context.report(use.stage, Problem(error.message, (), "data", "leave this stage out"))
            continue
        _check_folder(context, use.stage, spec.root)


def _check_folder(context: CheckContext, stage: Stage, root: str) -> None:
    if not context.options.read_weights:
        context.not_known(f"the images in {root}", "--data", stage, "root")
        return
    from cifar_pipe.data.datasets.folders.unlabelled import find_unlabelled  # noqa: PLC0415 (torch)

    try:
        find_unlabelled(root)
    except DataError as error:
        helps = beside_the_file("root", root, stage.locate("root")), *error.help
        help_ = "; ".join(filter(None, helps))
        context.report(stage, Problem(error.message, error.setting, "data", help_))
