"""The few helpers that the rows of layers are written with."""

from __future__ import annotations

from cifar_pipe.catalog.core.facts import ANY, LayerFacts, Range
from cifar_pipe.catalog.core.types import describe
from cifar_pipe.catalog.tables.layers.make import layer, of_rank, own, sizes, window


def test_a_row_is_a_class_of_torch_nn_or_one_of_ours() -> None:
    assert layer("ReLU", "max(0, x).").address == "torch.nn:ReLU"
    assert layer("ReLU", "max(0, x).").facts == LayerFacts()
    assert own("Mean", "layers.mean", "The mean.").address == "cifar_pipe.model.layers.mean:Mean"


def test_a_layer_of_rank_two_takes_images_alone() -> None:
    assert of_rank(2, ANY) == LayerFacts(dimensions=(4,), values=Range())
    assert of_rank(1, drops="p") == LayerFacts(dimensions=(3,), drops="p")


def test_the_step_of_a_window_is_one_or_its_size() -> None:
    convolution, pooling = window(2), window(2, stride=None)
    assert convolution.keys() == pooling.keys() == {"kernel_size", "stride"}
    assert (convolution["stride"].default, pooling["stride"].default) == (1, None)
    assert pooling["stride"].description.endswith("null: kernel_size.")


def test_sizes_are_one_or_a_list() -> None:
    assert describe(sizes()) == "a whole number above 0 or a list of whole numbers above 0"
