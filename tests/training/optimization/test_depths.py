"""The depth of parameters, and learning rates that decay with it."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.context import Context
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.network import build, build_on_meta
from cifar_pipe.training.engine import make_engine
from cifar_pipe.training.optimization.depths import depths
from cifar_pipe.training.optimization.optimizers import make_optimizer
from cifar_pipe.training.optimization.schedules import schedule
from cifar_pipe.training_length import Length
from tests.kit import conv, layer

LAYERS = [
    conv(4, id="conv1"),
    layer("BatchNorm2d", id="norm1"),
    layer("ReLU"),
    conv(4, id="conv2"),
    layer("PReLU", id="prelu"),
    layer("Flatten"),
    layer("Linear", out_features=3, id="fc"),
]


def depths_of(*layers: Component, shape: tuple[int, ...] = (3, 8, 8)) -> dict[str, int]:
    return depths(build(layers, shape, seed=0))


def test_layers_with_weights_count_and_norms_belong_to_the_layer_above() -> None:
    assert depths_of(*LAYERS) == {
        "conv1.weight": 0,
        "conv1.bias": 0,
        "norm1.weight": 0,
        "norm1.bias": 0,
        "conv2.weight": 1,
        "conv2.bias": 1,
        "prelu.weight": 1,
        "fc.weight": 2,
        "fc.bias": 2,
    }


def test_a_norm_before_all_layers_belongs_to_the_first() -> None:
    found = depths_of(layer("BatchNorm2d", id="norm"), conv(2, id="conv"))
    assert set(found.values()) == {0}


def test_a_residual_is_one_layer_and_a_sequential_is_not() -> None:
    inner = [conv(3, id="a"), conv(3, id="b")]
    block = layer("Residual", layers=inner, id="block")
    found = depths_of(block, layer("Sequential", layers=inner, id="plain"))
    assert {name.rpartition(".")[0]: depth for name, depth in found.items()} == {
        "block.a": 0,
        "block.b": 0,
        "plain.a": 1,
        "plain.b": 2,
    }


def test_each_repetition_of_a_sequential_is_one_layer() -> None:
    inner = [conv(3, id="a"), conv(3, id="b")]
    found = depths_of(layer("Sequential", layers=inner, repeat=2, id="all"), conv(2, id="last"))
    assert {name.rpartition(".")[0]: depth for name, depth in found.items()} == {
        "all.0.a": 0,
        "all.0.b": 0,
        "all.1.a": 1,
        "all.1.b": 1,
        "last": 2,
    }


@pytest.mark.parametrize(
    ("name", "first", "count", "last"),
    [
        ("resnet18", ["conv1", "bn1"], 10, "fc"),
        ("vit_b_16", ["class_token", "conv_proj", "encoder.pos_embedding"], 14, "heads.head"),
        ("convnext_tiny", ["features.0"], 23, "classifier.2"),
        ("googlenet", ["conv1"], 13, "fc"),
    ],
)
def test_of_a_network_its_blocks_count(name: str, first: list[str], count: int, last: str) -> None:
    network = build_on_meta([layer(name, num_classes=10, id="net")], (3, 224, 224))
    found = {name.removeprefix("net."): depth for name, depth in depths(network).items()}
    assert max(found.values()) + 1 == count
    for depth, places in ((0, first), (count - 1, [last])):
        assert all(name.startswith(tuple(places)) for name, its in found.items() if its == depth), (
            depth
        )


def test_of_a_resnet_a_block_has_one_depth() -> None:
    network = build_on_meta([layer("resnet18", num_classes=10, id="net")], (3, 64, 64))
    found = depths(network)
    assert {its for name, its in found.items() if name.startswith("net.layer2.0.")} == {3}


def test_training_is_that_of_groups_written_by_hand(context: Context) -> None:
    ours, theirs = build(LAYERS, (3, 8, 8), seed=0), build(LAYERS, (3, 8, 8), seed=0)
    groups = [{"parameters": "biases", "weight_decay": 0.0, "lr": 0.2}]
    arguments = {"momentum": 0.9, "weight_decay": 0.01}
    component = make("optimizer", "SGD", lr=0.1, layer_decay=0.5, groups=groups, **arguments)
    optimizer = make_optimizer(component, ours, device="cpu")
    named = dict(theirs.named_parameters())

    def group(*names: str, **settings: float) -> dict[str, object]:
        return {"params": [named[name] for name in names], **settings}

    by_hand = torch.optim.SGD(
        [
            group("fc.weight"),
            group("conv2.weight", "prelu.weight", lr=0.05),
            group("conv1.weight", "norm1.weight", lr=0.025),
            group("fc.bias", lr=0.2, weight_decay=0.0),
            group("conv2.bias", lr=0.1, weight_decay=0.0),
            group("conv1.bias", "norm1.bias", lr=0.05, weight_decay=0.0),
        ],
        lr=0.1,
        fused=True,
        **arguments,
    )
    engine = make_engine(ours, nn.CrossEntropyLoss(), optimizer, context)
    generator = torch.Generator().manual_seed(1)
    for _ in range(3):
        images = torch.rand(4, 3, 8, 8, generator=generator)
        labels = torch.randint(0, 3, (4,), generator=generator)
        value = engine.step([(images, labels)])
        by_hand.zero_grad()
        loss = nn.CrossEntropyLoss()(theirs(images), labels)
        loss.backward()
        by_hand.step()
        assert value == loss.item()
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=0, atol=0)


def test_the_optimizers_own_rate_comes_first() -> None:
    """It is what is logged."""
    component = make("optimizer", "AdamW", lr=0.1, layer_decay=0.5)
    optimizer = make_optimizer(component, build(LAYERS, (3, 8, 8), seed=0), device="cpu")
    assert [group["lr"] for group in optimizer.param_groups] == [0.1, 0.025, 0.05]


def test_a_scheduler_multiplies_the_rates() -> None:
    component = make("optimizer", "SGD", lr=1.0, layer_decay=0.5)
    optimizer = make_optimizer(component, build(LAYERS, (3, 8, 8), seed=0), device="cpu")
    rate = schedule(make("scheduler", "StepLR", step_size=1, gamma=0.1), optimizer, Length(3, 1))
    optimizer.step()
    rate.after_epoch({})
    assert [group["lr"] for group in optimizer.param_groups] == pytest.approx([0.1, 0.025, 0.05])


def test_a_scheduler_that_sets_one_rate_is_a_problem() -> None:
    component = make("optimizer", "SGD", lr=1.0, layer_decay=0.5)
    optimizer = make_optimizer(component, build(LAYERS, (3, 8, 8), seed=0), device="cpu")
    with pytest.raises(ProblemError, match="sets one learning rate for all parameters"):
        schedule(make("scheduler", "OneCycleLR", max_lr=0.1), optimizer, Length(30, 10))
