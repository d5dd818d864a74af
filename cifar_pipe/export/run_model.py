"""An exported model of a finished run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cifar_pipe.data.load import load
from cifar_pipe.errors import CifarPipeError, RunError
from cifar_pipe.events import Events
from cifar_pipe.export.artifact import Artifact
from cifar_pipe.export.goldens import golden_images, with_other_sizes
from cifar_pipe.export.origin import origin_of
from cifar_pipe.inference.inputs import reader_of
from cifar_pipe.inference.run_network import load_run_network
from cifar_pipe.runner.seeds import seed_of


def artifact_of(run: Path, stage: str | None, images: Sequence[str], events: Events) -> Artifact:
    """`images` are the files that become its golden images; without any, some of the run's test images
    are taken, for which its data is loaded again.

    Raises RunError where the run has no network, or its data is not there any more.
    """
    trained = load_run_network(run, stage, "cpu", events)
    if images:
        reader = reader_of(trained.data.dataset)
        chosen = with_other_sizes([reader.read(path) for path in images])
    else:
        seed = seed_of(trained.data_stage, trained.pipeline.document.seed)
        context = replace(trained.context(run, "cpu", events), seed=seed)
        try:
            chosen = golden_images(load(trained.data, context), trained.data, context)
        except CifarPipeError as error:
            raise RunError(
                f"there are no golden images, as the data of the run cannot be loaded: {error.message}",
                help="name some pictures: --golden a.jpg --golden b.jpg",
            ) from error
    origin = origin_of(run, trained.pipeline, trained.stage, trained.data_stage, trained.info)
    return Artifact(trained.network, trained.data, trained.classes, chosen, origin)
