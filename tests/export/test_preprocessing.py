"""The steps of a graph do to a batch what `Inputs` does to each image."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cifar_pipe.errors import RunError
from cifar_pipe.export.preprocessing import preprocessing
from cifar_pipe.inference.inputs import Inputs
from cifar_pipe.stages.load_data.spec import LoadData
from tests.export.kit import data_of, pictures
from tests.export.test_resize import SIZES, native

SHAPES = "{type: Shapes, image_shape: [3, 32, 32], num_classes: 4}"
GREYS = "{type: Shapes, image_shape: [1, 32, 32], num_classes: 4}"
FOLDER = "{type: ImageFolder, root: images}"
NORMALIZE = "{type: Normalize, mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4]}"


def differences(data: LoadData, shape: tuple[int, ...], images: list[Tensor]) -> list[float]:
    inputs, steps = Inputs(data, shape), preprocessing(data, shape)
    found = []
    for image in images:
        made = image.unsqueeze(0)
        for step in steps:
            made = step.change(made)
        expected = inputs.batch([inputs.ready(image)], 0, 1, "cpu")
        assert made.shape == expected.shape
        found.append(float((made - expected).abs().max()))
    return found


@native
@pytest.mark.parametrize(
    ("dataset", "transforms", "shape"),
    [
        (SHAPES, f"[ToTensor, {NORMALIZE}]", (3, 32, 32)),
        (SHAPES, "[{type: Resize, size: [48, 40]}, ToTensor]", (3, 48, 40)),
        (SHAPES, "[{type: Grayscale, num_output_channels: 1}, ToTensor]", (1, 32, 32)),
        (SHAPES, "[{type: Pad, padding: 2}, RandomHorizontalFlip, ToTensor]", (3, 36, 36)),
        (SHAPES, "[{type: RandomHorizontalFlip, p: 1}, ToTensor]", (3, 32, 32)),
        (GREYS, "[ToTensor, {type: Normalize, mean: [0.5], std: [0.5]}]", (1, 32, 32)),
        (FOLDER, "[{type: Resize, size: 40}, {type: CenterCrop, size: 32}, ToTensor]", (3, 32, 32)),
        (FOLDER, f"[{{type: CenterCrop, size: 28}}, ToTensor, {NORMALIZE}]", (3, 28, 28)),
        (FOLDER, "[{type: Resize, size: [24, 30], interpolation: bicubic}, ToTensor]", (3, 24, 30)),
        (FOLDER, "[ToTensor]", (3, 20, 28)),
    ],
)
def test_they_give_what_the_run_gives(
    dataset: str, transforms: str, shape: tuple[int, ...]
) -> None:
    grey = pictures((50, 31))[0][:1].expand(3, -1, -1)
    found = differences(data_of(dataset, transforms), shape, [*pictures(*SIZES), grey])
    assert max(found) == 0.0


def test_every_colour_becomes_the_grey_of_torchvision() -> None:
    data = data_of(GREYS, "[ToTensor]")
    ramps = torch.arange(0, 256, 3, dtype=torch.uint8)
    colours = torch.stack(torch.meshgrid(ramps, ramps, ramps, indexing="ij")).view(3, 86, -1)
    tiles = [one.unflatten(1, (32, 32)) for one in colours.flatten(1)[:, :204800].split(1024, 1)]
    assert max(differences(data, (1, 32, 32), tiles)) == 0.0


@pytest.mark.parametrize(
    ("transforms", "message"),
    [
        ("[{type: Resize, size: [32, 32], interpolation: nearest}, ToTensor]", "nearest differs"),
        ("[{type: Resize, size: [32, 32], antialias: false}, ToTensor]", "without antialias"),
        ("[{type: GaussianBlur, kernel_size: 3, sigma: 1.0}, ToTensor]", "GaussianBlur cannot"),
    ],
)
def test_what_has_no_place_in_a_graph_is_told(transforms: str, message: str) -> None:
    with pytest.raises(RunError, match=message) as raised:
        preprocessing(data_of(SHAPES, transforms), (3, 32, 32))
    assert "safetensors" in raised.value.help[0]


def test_a_network_for_other_images_is_told() -> None:
    with pytest.raises(RunError, match="the transforms make 3 x 32 x 32 of images"):
        preprocessing(data_of(SHAPES, "[ToTensor]"), (3, 28, 28))
