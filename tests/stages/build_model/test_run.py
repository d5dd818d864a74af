from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from cifar_pipe.context import Context
from cifar_pipe.errors import RunError
from cifar_pipe.stages.build_model.run import run
from cifar_pipe.stages.build_model.spec import BuildModel
from tests.kit import LENET, layer, lenet, random_data


def test_it_builds_for_the_shape_of_the_data(context: Context) -> None:
    data = random_data(shape=(3, 32, 32), classes=10)
    network = run(BuildModel(layers=LENET), {"data": data}, context)["model"]
    expected = lenet(seed=context.seed).state_dict()
    assert all(torch.equal(expected[name], now) for name, now in network.state_dict().items())


def test_it_writes_the_layer_table_and_the_text(context: Context) -> None:
    run(BuildModel(layers=LENET, input_shape=[3, 32, 32]), {}, context)
    rows = json.loads(Path(context.folder / "layers.json").read_text())
    assert rows[0] == {
        "name": "conv1",
        "type": "Conv2d",
        "output_shape": [6, 28, 28],
        "parameters": 456,
        "trainable": 456,
        "multiply_adds": 352800,
        "inputs": ["input"],
    }
    assert (
        Path(context.folder / "network.txt").read_text().startswith("Network(\n  (conv1): Conv2d")
    )


def test_a_problem_that_only_the_data_could_show_is_reported(context: Context) -> None:
    spec = BuildModel(layers=[layer("Flatten"), layer("Linear", in_features=5, out_features=2)])
    with pytest.raises(RunError) as caught:
        run(spec, {"data": random_data()}, context)
    assert caught.value.message == (
        "layer 2 (Linear) does not fit: Linear takes in_features 10 here, not 5"
    )
    assert caught.value.help == (
        "the layer above gives [N, 10]: Flatten of [N, 1, 2, 5]",
        "leave in_features out, it is inferred",
    )


def test_what_is_wrong_inside_is_named_from_outside_in(context: Context) -> None:
    inner = layer("Linear", in_features=5, out_features=2)
    spec = BuildModel(layers=[layer("Flatten"), layer("Sequential", layers=[inner])])
    with pytest.raises(RunError, match=r"^layer 2, layers 1 \(Linear\) does not fit: Linear takes"):
        run(spec, {"data": random_data()}, context)


def test_test_images_of_another_size_are_right_where_the_network_pools_them(
    context: Context,
) -> None:
    data = random_data(shape=(3, 32, 32), classes=10)
    data.image_shapes["test"] = (3, 48, 48)
    layers = [
        layer("AdaptiveAvgPool2d", output_size=1),
        layer("Flatten"),
        layer("Linear", out_features=10),
    ]
    assert run(BuildModel(layers=layers), {"data": data}, context)["model"].input_shape == (
        3,
        32,
        32,
    )
    with pytest.raises(
        RunError, match=r"built for images of .*32\], and the test images are .*48\]"
    ):
        run(BuildModel(layers=LENET), {"data": data}, context)
