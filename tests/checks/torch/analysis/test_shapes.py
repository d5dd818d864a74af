"""Images are followed through the layers of each network."""

from __future__ import annotations

from pathlib import Path

from cifar_pipe.checks.torch.analysis.shapes import follow_shapes
from tests.cases.edits import small
from tests.checks.kit import checked

FOLDER = "dataset: {type: ImageFolder, root: images}, transforms: [ToTensor]"


def test_each_stage_that_gives_a_network_has_its_shapes(tmp_path: Path) -> None:
    shapes = follow_shapes(checked(tmp_path, small(), torch=False))
    assert list(shapes.networks) == ["build_model", "train"]
    assert shapes.networks["train"] is shapes.networks["build_model"]
    assert shapes.networks["train"].output_shape == (10,)
    assert (shapes.problems, shapes.unknown, shapes.wait) == ([], [], False)


def test_a_layer_that_does_not_fit_is_a_problem_of_its_stage(tmp_path: Path) -> None:
    layers = "Flatten, {type: Linear, in_features: 7, out_features: 10}"
    shapes = follow_shapes(checked(tmp_path, small(layers=layers), torch=False))
    ((stage, problem),) = shapes.problems
    assert (stage.id, problem.path) == ("build_model", ("layers", 1, "in_features"))
    assert shapes.networks == {}


def test_a_shape_in_another_order_is_the_problem_where_the_data_s_own_fits(tmp_path: Path) -> None:
    text = small().replace("{layers:", "{input_shape: [32, 32, 3], layers:")
    convolution = "{type: Conv2d, in_channels: 3, out_channels: 8, kernel_size: 3}"
    text = text.replace("layers: [", f"layers: [{convolution}, ")
    ((_, problem),) = follow_shapes(checked(tmp_path, text, torch=False)).problems
    assert problem.path == ("input_shape",)


def test_images_of_unknown_shape_leave_the_network_unknown(tmp_path: Path) -> None:
    shapes = follow_shapes(checked(tmp_path, small(data=FOLDER), torch=False))
    assert [stage.id for stage in shapes.unknown] == ["build_model"]


def test_shapes_wait_for_a_stage_that_has_findings(tmp_path: Path) -> None:
    layers = "Flatten, {type: ReLU, input: nowhere}, {type: Linear, out_features: 10}"
    shapes = follow_shapes(checked(tmp_path, small(layers=layers), torch=False))
    assert (shapes.networks, shapes.wait) == ({}, True)
