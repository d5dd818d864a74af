"""An evaluation by kernels measures what an eager one does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Batching, Data
from cifar_pipe.model.network import Network, build
from cifar_pipe.training.evaluation.evaluate import Evaluation, EvaluationJob, evaluate
from cifar_pipe.training.evaluation.forward_kernels import ForwardKernels
from cifar_pipe.training.evaluation.passes import EvaluationEngine, Images
from tests.kit import NAMES, RecordedEvents, conv, layer, random_split

pytest.importorskip("numba")
SHAPE = (3, 8, 8)
LAYERS = (
    conv(6),
    layer("BatchNorm2d"),
    layer("ReLU"),
    layer("Flatten"),
    layer("Linear", out_features=3),
)
FLIP = make("transform", "RandomHorizontalFlip", p=1.0)
TO_TENSOR = make("transform", "ToTensor")
# What the kernels make from bytes, and what is made before them.
TRANSFORMS = {
    "from bytes": [TO_TENSOR, make("transform", "Normalize", mean=[0.5] * 3, std=[0.2] * 3)],
    "made before": [make("transform", "GaussianBlur", kernel_size=3, sigma=1.0), TO_TENSOR],
}  # fmt: skip


def data_of(transforms: Sequence[Component], count: int = 1100) -> Data:
    split = random_split("test", count, SHAPE, 3, seed=count)
    return Data({"test": split}, classes=NAMES[:3], batching=Batching(transforms, batch_size=4))


def network() -> Network:
    return build(LAYERS, SHAPE, seed=0)


def measured(
    engine: EvaluationEngine, data: Data, context: Context, **more: Any
) -> tuple[Evaluation, Network]:
    one = network()
    given = {"loss": make("loss", "CrossEntropyLoss"), "answers": True, "probabilities": True}
    return evaluate(
        EvaluationJob(one, data, "test", 250, engine=engine, **given, **more), context
    ), one


def assert_alike(ours: Evaluation, theirs: Evaluation) -> None:
    assert (ours.engine, theirs.engine) == ("kernels", "eager")
    assert ours.loss == pytest.approx(theirs.loss, abs=1e-5)
    assert ours.counts is not None
    assert theirs.counts is not None
    assert torch.equal(ours.counts.confusion, theirs.counts.confusion)
    assert torch.equal(ours.counts.ranks, theirs.counts.ranks)
    assert ours.answers is not None
    assert theirs.answers is not None
    torch.testing.assert_close(ours.answers.losses, theirs.answers.losses, rtol=0, atol=1e-5)
    assert ours.probabilities is not None
    assert theirs.probabilities is not None
    torch.testing.assert_close(
        ours.probabilities.outputs, theirs.probabilities.outputs, rtol=0, atol=1e-5
    )


@pytest.mark.parametrize("transforms", TRANSFORMS.values(), ids=TRANSFORMS)
@pytest.mark.parametrize("views", [(), ([], [FLIP])], ids=["one view", "two views"])
def test_all_measures_are_those_of_an_eager_evaluation(
    transforms: list[Component], views: Sequence[Sequence[Component]], context: Context
) -> None:
    data = data_of(transforms)
    ours, one = measured("kernels", data, context, views=views)
    theirs, _ = measured("eager", data, context, views=views)
    assert_alike(ours, theirs)
    untouched = network().state_dict()
    assert one.training
    assert all(torch.equal(value, untouched[name]) for name, value in one.state_dict().items())


def test_threads_and_repetition_change_no_bit(context: Context) -> None:
    data = data_of(TRANSFORMS["from bytes"])
    first, *others = (
        measured("kernels", data, replace(context, threads=threads))[0] for threads in (1, 1, 2)
    )
    assert first.answers is not None
    for other in others:
        assert other.answers is not None
        assert torch.equal(first.answers.losses, other.answers.losses)
        assert first.loss == other.loss


@pytest.mark.parametrize("more", [{"precision": "bfloat16"}, {"memory_format": "channels_last"}])
def test_what_has_no_kernels_is_evaluated_eagerly(more: dict[str, Any], context: Context) -> None:
    data = data_of(TRANSFORMS["from bytes"], 20)
    assert measured("kernels", data, replace(context, **more))[0].engine == "eager"


def test_images_of_another_size_than_the_network_was_made_for_go_eagerly(context: Context) -> None:
    head = (
        layer("AdaptiveAvgPool2d", output_size=1),
        layer("Flatten"),
        layer("Linear", out_features=3),
    )
    larger = build([conv(4), *head], (3, 9, 9), seed=0)
    data = data_of(TRANSFORMS["from bytes"], 20)
    assert (
        evaluate(EvaluationJob(larger, data, "test", 8, engine="kernels"), context).engine
        == "eager"
    )


def test_kernels_that_compute_something_else_are_not_taken(
    context: Context, events: RecordedEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ForwardKernels.outputs
    monkeypatch.setattr(ForwardKernels, "outputs", lambda self, batch: 1.01 * real(self, batch))
    data = data_of(TRANSFORMS["from bytes"], 20)
    assert measured("kernels", data, context)[0].engine == "eager"
    assert "computed eagerly: the kernels compute something else" in events.warnings[0]


def test_of_wide_layers_fewer_images_go_at_once(context: Context) -> None:
    data = data_of(TRANSFORMS["from bytes"], 20)
    wide = build([conv(1 << 14), layer("Flatten"), layer("Linear", out_features=1)], SHAPE, seed=0)

    def sizes(batch_size: int) -> list[int]:
        passes = Images(wide, data, "test", batch_size, context).eagerly()
        return [len(labels) for _, labels in passes.batches()]

    assert sizes(1000) == [1] * 20
