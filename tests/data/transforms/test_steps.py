from __future__ import annotations

from typing import Any

import pytest
import torch
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.images.data_facts import transform_facts
from cifar_pipe.catalog.images.transform_flow import is_random
from cifar_pipe.data.transforms.chain import compile_chain
from cifar_pipe.data.transforms.randomness import Draws
from tests.data.transforms.batch import COUNT, INDICES, applied, draws, images, rows, transform

# Enough of each transform to run it; every name of the table must be here.
ARGUMENTS: dict[str, dict[str, object]] = {
    "ToTensor": {},
    "ToDtype": {"dtype": "float32", "scale": True},
    "Normalize": {"mean": [0.5], "std": [0.25]},
    "ToImage": {},
    "PILToTensor": {},
    "ToPureTensor": {},
    "Identity": {},
    "Resize": {"size": 8},
    "CenterCrop": {"size": [6, 20]},
    "Pad": {"padding": [1, 2]},
    "RandomCrop": {"size": 12, "padding": 2},
    "RandomResizedCrop": {"size": 8},
    "RandomHorizontalFlip": {},
    "RandomVerticalFlip": {},
    "RandomRotation": {"degrees": 30},
    "RandomAffine": {"degrees": 10, "translate": [0.1, 0.2], "scale": [0.8, 1.2], "shear": 5},
    "RandomPerspective": {},
    "ElasticTransform": {"sigma": 2.0},
    "RandomErasing": {"p": 0.9},
    "Grayscale": {},
    "RGB": {},
    "RandomGrayscale": {"p": 0.5},
    "ColorJitter": {"brightness": 0.3, "contrast": 0.3, "saturation": [0.5, 2.0], "hue": 0.2},
    "RandomPhotometricDistort": {},
    "RandomChannelPermutation": {},
    "RandomInvert": {},
    "RandomSolarize": {"threshold": 128},
    "RandomPosterize": {"bits": 3},
    "RandomAutocontrast": {},
    "RandomEqualize": {},
    "RandomAdjustSharpness": {"sharpness_factor": 2},
    "GaussianBlur": {"kernel_size": 3},
    "GaussianNoise": {},
    "AutoAugment": {"policy": "cifar10"},
    "RandAugment": {},
    "TrivialAugmentWide": {},
    "AugMix": {},
}


def written(name: str) -> Component:
    return transform(name, **ARGUMENTS[name])


def test_every_transform_of_the_table_is_tried_here() -> None:
    rows = table_of("transform").entries.items()
    assert set(ARGUMENTS) == {name for name, entry in rows if not transform_facts(entry).mixes}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_result_does_not_depend_on_the_other_images_of_the_batch(name: str) -> None:
    given = images().float() / 255 if name == "Normalize" else images()
    chain = compile_chain([written(name)])
    whole = chain(given, INDICES, draws())
    backwards = INDICES.flip(0)[:10]
    assert torch.equal(chain(given[backwards], backwards, draws()), whole[backwards])


@pytest.mark.parametrize("name", ARGUMENTS)
def test_the_input_and_the_global_generator_stay_as_they_were(name: str) -> None:
    given = images().float() / 255 if name == "Normalize" else images()
    before, state = given.clone(), torch.get_rng_state()
    compile_chain([written(name)])(given, INDICES, draws())
    assert torch.equal(given, before)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in ARGUMENTS
        if is_random(written(name)) and not transform_facts(written(name)).mixes
    ],
)
def test_random_transforms_draw_anew_for_each_epoch_and_image(name: str) -> None:
    chain = compile_chain([written(name)])
    same = images()[:1].expand(COUNT, -1, -1, -1)
    first = chain(same, INDICES, Draws(1, 0, COUNT))
    assert len({tuple(image.flatten().tolist()) for image in first}) > 1
    assert not torch.equal(first, chain(same, INDICES, Draws(1, 1, COUNT)))


@pytest.mark.parametrize(
    "name",
    [name for name in ARGUMENTS if not is_random(written(name))],
)
def test_fixed_transforms_are_torchvision_s(name: str) -> None:
    given = images().float() / 255 if name == "Normalize" else images()
    found = applied(written(name), to=given)
    arguments = dict(ARGUMENTS[name])
    if name == "ToDtype":
        arguments["dtype"] = torch.float32
    for image, result in zip(given, found, strict=True):
        if name == "ToTensor":
            expected = image.float() / 255
        elif name in ("ToImage", "PILToTensor", "ToPureTensor"):
            expected = image
        else:
            expected = getattr(v2, name)(**arguments)(image)
        assert torch.equal(result, expected)


def test_to_tensor_and_normalize_at_once_are_the_two_one_after_the_other() -> None:
    mean, std = [0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]
    both = [transform("ToTensor"), transform("Normalize", mean=mean, std=std)]
    every_value = torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16).expand(COUNT, 3, 16, 16)
    expected = functional.normalize(every_value.float() / 255, mean, std)
    torch.testing.assert_close(applied(*both, to=every_value), expected, rtol=0, atol=1e-6)
    assert len(compile_chain(both).steps) == 1


def test_one_mean_serves_all_channels() -> None:
    both = [transform("ToTensor"), transform("Normalize", mean=[0.5], std=[0.5])]
    expected = functional.normalize(images().float() / 255, [0.5], [0.5])
    torch.testing.assert_close(applied(*both), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("floats", [False, True])
@pytest.mark.parametrize(
    ("name", "of_torchvision"),
    [
        ("RandomHorizontalFlip", functional.horizontal_flip),
        ("RandomVerticalFlip", functional.vertical_flip),
        ("RandomInvert", functional.invert),
        ("RandomGrayscale", lambda image: functional.rgb_to_grayscale(image, 3)),
    ],
)
def test_only_the_chosen_images_change(name: str, of_torchvision: Any, floats: bool) -> None:
    given = images().float() / 255 if floats else images()
    found = applied(transform(name, p=0.5), to=given)
    chosen = rows().uniform(1)[:, 0] < 0.5
    assert 0 < chosen.sum() < COUNT
    for image, is_chosen, result in zip(given, chosen, found, strict=True):
        assert torch.equal(result, of_torchvision(image) if is_chosen else image)


def test_grey_images_keep_their_channels() -> None:
    found = applied(transform("RandomGrayscale", p=1.0))
    assert torch.equal(found, functional.rgb_to_grayscale(images(), 3))


FIXED = [
    ("RandomHorizontalFlip", {"p": 1.0}),
    ("RandomVerticalFlip", {"p": 0.0}),
    ("RandomGrayscale", {"p": 1.0}),
    ("RandomInvert", {"p": 1.0}),
    ("RandomSolarize", {"threshold": 128, "p": 1.0}),
    ("RandomPosterize", {"bits": 3, "p": 1.0}),
    ("RandomAutocontrast", {"p": 1.0}),
    ("RandomEqualize", {"p": 1.0}),
    ("RandomAdjustSharpness", {"sharpness_factor": 2, "p": 1.0}),
    ("RandomErasing", {"p": 0.0}),
    ("RandomPerspective", {"p": 0.0}),
    ("RandomPhotometricDistort", {"p": 0.0}),
    ("RandomRotation", {"degrees": [90, 90]}),
    ("RandomAffine", {"degrees": 0, "translate": [0, 0], "scale": [2, 2], "shear": [5, 5]}),
    ("ElasticTransform", {"alpha": 0.0, "sigma": 2.0}),
    ("ColorJitter", {"brightness": [1.5, 1.5]}),
    ("ColorJitter", {"hue": [0.25, 0.25]}),
    ("GaussianBlur", {"kernel_size": 3, "sigma": 1.0}),
    ("GaussianBlur", {"kernel_size": 3, "sigma": [1.0, 1.0]}),
    ("GaussianNoise", {"mean": 0.1, "sigma": 0.0}),
]


@pytest.mark.parametrize(("name", "arguments"), FIXED)
def test_what_leaves_nothing_to_draw_does_the_same_to_every_image(
    name: str, arguments: dict[str, Any]
) -> None:
    fixed = transform(name, **arguments)
    assert not is_random(fixed)
    chain, same = compile_chain([fixed]), images()[:1].expand(COUNT, -1, -1, -1)
    first = chain(same, INDICES, Draws(1, 0, COUNT))
    assert len({tuple(image.flatten().tolist()) for image in first}) == 1
    assert torch.equal(first, chain(same, INDICES, Draws(2, 3, COUNT)))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("RandomErasing", {"p": 1.0}),
        ("RandomPerspective", {"p": 1.0}),
        ("RandomRotation", {"degrees": [89, 90]}),
        ("RandomAffine", {"degrees": 0, "translate": [0, 0.3]}),
        ("RandomAffine", {"degrees": 0, "shear": [5, 5, 0, 9]}),
        # In which order, which is drawn, makes a difference.
        ("ColorJitter", {"brightness": [1.5, 1.5], "contrast": [0.5, 0.5]}),
    ],
)
def test_what_leaves_something_to_draw_is_random(name: str, arguments: dict[str, Any]) -> None:
    assert is_random(transform(name, **arguments))
