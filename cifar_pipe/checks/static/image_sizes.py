"""Images of one size: what makes them of different ones is told at the transform that does."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import Images
from cifar_pipe.catalog.images.transform_flow import through
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.spans import component_span
from cifar_pipe.stages.load_data.spec import LoadData


def check_one_size(stage: Stage, spec: LoadData, image: Images, findings: Findings) -> bool:
    """Whether images of one size have one size behind the transforms too; a finding where those of
    a split come out in several: they make no batch.
    """
    fits = True
    for path, transforms in lists(spec):
        states = [through(image, transforms[:end]) for end in range(len(transforms) + 1)]
        if states[-1].shape is not None:
            continue
        lost = [
            index
            for index, (before, after) in enumerate(itertools.pairwise(states))
            if before.shape is not None and after.shape is None
        ]
        if lost:
            fits = False
            findings.add(
                "transform",
                f"{transforms[lost[-1]].name} gives images of different sizes, and a batch takes "
                "one size",
                component_span(stage, path, lost[-1], _blamed(transforms[lost[-1]])),
                help="put {type: Resize, size: [HEIGHT, WIDTH]} or a CenterCrop below it",
            )
    return fits


def lists(spec: LoadData) -> Iterator[tuple[tuple[str, ...], Sequence[Component]]]:
    """The lists of transforms, each with its place below the stage."""
    if isinstance(spec.transforms, list):
        yield ("transforms",), spec.transforms
        return
    yield ("transforms", "train"), spec.transforms.train
    yield ("transforms", "test"), spec.transforms.test


def where_test_changes(stage: Stage, spec: LoadData, image: Images) -> Span:
    """The place in `test:` that makes its images other ones than those of `train:`: the last
    transform that changes their shape, or the whole list where none does.
    """
    path, transforms = list(lists(spec))[-1]
    states = [through(image, transforms[:end]).shape for end in range(len(transforms) + 1)]
    changing = [at for at in range(len(transforms)) if states[at] != states[at + 1]]
    return component_span(stage, path, changing[-1] if changing else None, None)


def _blamed(transform: Component) -> str | None:
    return "expand" if "expand" in transform.given else None
