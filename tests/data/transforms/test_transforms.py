"""Chains of transforms: what torchvision does, each image with draws of its own."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.images.data_facts import transform_facts
from cifar_pipe.catalog.images.transform_effects import sides
from cifar_pipe.data.transforms.randomness import Draws, Rows
from cifar_pipe.data.transforms.steps import (
    affine_draws,
    erasing_boxes,
    jitter_ranges,
    perspective_corners,
    resized_crop_boxes,
    step_of,
)
from cifar_pipe.data.transforms.transforms import (
    Chain,
    compile_chain,
    fixed_prefix,
    how,
    split_transforms,
)
from cifar_pipe.stages.load_data.spec import LoadData, SplitTransforms

COUNT = 24
INDICES = torch.arange(COUNT)


def transform(name: str, **arguments: object) -> Component:
    return make("transform", name, **arguments)


def images(channels: int = 3, height: int = 16, width: int = 16) -> Tensor:
    source = torch.Generator().manual_seed(6)
    return torch.randint(
        0, 256, (COUNT, channels, height, width), dtype=torch.uint8, generator=source
    )


def draws() -> Draws:
    return Draws(seed=1, epoch=2, count=COUNT)


def rows() -> Rows:
    return Rows(draws(), 0, INDICES)


def applied(*transforms: Component, to: Tensor | None = None) -> Tensor:
    found = compile_chain(transforms)(images() if to is None else to, INDICES, draws())
    assert isinstance(found, Tensor)
    return found


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
    assert set(ARGUMENTS) == set(table_of("transform").entries)


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
        for name, entry in table_of("transform").entries.items()
        if transform_facts(entry).random
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
    [
        name
        for name, entry in table_of("transform").entries.items()
        if not transform_facts(entry).random
    ],
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


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "symmetric"])
@pytest.mark.parametrize("fill", [0, 9, [1, 2, 3]])
def test_random_crop_pads_and_cuts_as_torchvision(mode: str, fill: Any) -> None:
    crop = transform(
        "RandomCrop", size=[12, 14], padding=[1, 2, 3, 4], padding_mode=mode, fill=fill
    )
    found = applied(crop)
    uniform = rows().uniform(2)
    for image, (down, across), result in zip(images(), uniform.tolist(), found, strict=True):
        top, left = int(down * (16 + 6 - 12 + 1)), int(across * (16 + 4 - 14 + 1))
        padded = functional.pad(
            image, [1, 2, 3, 4], fill=fill if mode == "constant" else None, padding_mode=mode
        )
        assert torch.equal(result, functional.crop(padded, top, left, 12, 14))


def test_random_crop_reaches_every_corner() -> None:
    crop = transform("RandomCrop", size=16, padding=1)
    places = {
        tuple(rows)
        for epoch in range(10)
        for rows in (Draws(0, epoch, COUNT).table(0, 2) * 3).long().tolist()
    }
    assert applied(crop).shape == (COUNT, 3, 16, 16)
    assert places == {(y, x) for y in range(3) for x in range(3)}


def test_random_crop_pads_where_it_is_needed() -> None:
    crop = transform("RandomCrop", size=20, pad_if_needed=True, fill=5)
    found = applied(crop)
    assert found.shape == (COUNT, 3, 20, 20)
    assert all((image == 5).any() for image in found)


def test_color_jitter_goes_in_each_image_s_own_order() -> None:
    jitter = written("ColorJitter")
    found, uniform, ranges = applied(jitter), rows().uniform(8), jitter_ranges(jitter)
    functions = {
        "brightness": functional.adjust_brightness,
        "contrast": functional.adjust_contrast,
        "saturation": functional.adjust_saturation,
        "hue": functional.adjust_hue,
    }
    for image, row, result in zip(images(), uniform, found, strict=True):
        expected = image
        for column in row[4:].argsort().tolist():
            name = list(functions)[column]
            low, high = ranges[name]
            factor = (low + row[column] * (high - low)).float().item()
            expected = functions[name](expected, factor)
        # One level at each of four changes, which contrast and saturation may stretch.
        difference = (result.int() - expected.int()).abs()
        assert difference.max() <= 5
        assert (difference > 1).float().mean() < 0.01


def test_color_jitter_ranges_are_torchvision_s() -> None:
    jitter = transform("ColorJitter", brightness=1.5, contrast=[0.2, 0.9], hue=0.5)
    of_torchvision = v2.ColorJitter(brightness=1.5, contrast=[0.2, 0.9], hue=0.5)
    assert jitter_ranges(jitter) == {
        "brightness": of_torchvision.brightness,
        "contrast": of_torchvision.contrast,
        "hue": of_torchvision.hue,
    }


def test_random_rotation_turns_as_torchvision() -> None:
    rotation = transform("RandomRotation", degrees=[20, 80], interpolation="bilinear", fill=3)
    found, uniform = applied(rotation), rows().uniform(1)[:, 0]
    for image, one, result in zip(images(), uniform.tolist(), found, strict=True):
        angle = torch.tensor(20 + one * 60, dtype=torch.float32).item()
        expected = functional.rotate(image, angle, v2.InterpolationMode.BILINEAR, fill=[3.0])
        assert (result.int() - expected.int()).abs().max() <= 1


def test_random_affine_draws_within_its_ranges() -> None:
    affine = transform(
        "RandomAffine", degrees=10, translate=[0.25, 0.5], scale=[0.8, 1.2], shear=[-5, 5, 2, 3]
    )
    uniform = torch.rand(500, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    angle, shift, scale, shear = affine_draws(affine, uniform, height=20, width=16)
    assert -10 <= angle.min() < angle.max() <= 10
    assert set(shift[:, 0].tolist()) == set(range(-4, 5))
    assert set(shift[:, 1].tolist()) == set(range(-10, 11))
    assert 0.8 <= scale.min() < scale.max() <= 1.2
    assert -5 <= shear[:, 0].min() < shear[:, 0].max() <= 5
    assert 2 <= shear[:, 1].min() < shear[:, 1].max() <= 3


def test_perspective_moves_corners_inwards() -> None:
    perspective = transform("RandomPerspective", distortion_scale=0.5)
    uniform = torch.rand(300, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    start, end = perspective_corners(perspective, uniform, height=20, width=16)
    assert start[0].tolist() == [[0, 0], [15, 0], [15, 19], [0, 19]]
    assert end[:, 0].amax(0).tolist() == [4, 5]
    assert end[:, 2].amin(0).tolist() == [15 - 4, 19 - 5]
    assert end[:, 2].amax(0).tolist() == [15, 19]


@pytest.mark.parametrize("shape", [(16, 16), (40, 12), (9, 50)])
@pytest.mark.parametrize("size", [[8, 8], [24, 20]])
def test_random_resized_crop_scales_as_torchvision(shape: Any, size: Any) -> None:
    crop = transform("RandomResizedCrop", size=size, scale=[0.05, 1.0])
    given = images(3, *shape)
    boxes = resized_crop_boxes(crop, rows().uniform(22), height=shape[0], width=shape[1])
    found, of_floats = applied(crop, to=given), applied(crop, to=given.float() / 255)
    for k, box in enumerate(boxes.tolist()):
        expected = functional.resized_crop(given[k], *box, size, antialias=True)
        assert (found[k].int() - expected.int()).abs().max() <= 1
        expected = functional.resized_crop(given[k].float() / 255, *box, size, antialias=True)
        torch.testing.assert_close(of_floats[k], expected, rtol=0, atol=2e-6)


def test_random_resized_crop_draws_area_and_ratio_within_their_ranges() -> None:
    crop = transform("RandomResizedCrop", size=8, scale=[0.2, 0.4], ratio=[0.5, 2.0])
    uniform = torch.rand(500, 22, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    boxes = resized_crop_boxes(crop, uniform, height=64, width=48).double()
    top, left, high, wide = boxes.unbind(1)
    assert (top + high).max() <= 64
    assert (left + wide).max() <= 48
    share, ratio = high * wide / (64 * 48), wide / high
    assert 0.19 < share.min() < 0.22
    assert 0.38 < share.max() < 0.42
    assert 0.45 < ratio.min() < 0.6
    assert 1.5 < ratio.max() < 2.1


@pytest.mark.parametrize(
    ("ratio", "box"), [([3.0, 4.0], [4, 0, 8, 24]), ([0.1, 0.2], [0, 10, 16, 3])]
)
def test_a_part_that_never_fits_is_cut_from_the_middle(ratio: Any, box: Any) -> None:
    crop = transform("RandomResizedCrop", size=8, scale=[1.0, 1.0], ratio=ratio)
    assert resized_crop_boxes(crop, rows().uniform(22), height=16, width=24)[0].tolist() == box


def test_erased_boxes_have_the_area_and_the_shape_that_were_asked_for() -> None:
    erasing = transform("RandomErasing", scale=[0.1, 0.2], ratio=[0.5, 2.0])
    uniform = torch.rand(500, 22, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    boxes = erasing_boxes(erasing, uniform, height=64, width=48).double()
    top, left, high, wide = boxes.unbind(1)
    assert (top + high).max() <= 64
    assert (left + wide).max() <= 48
    share, ratio = high * wide / (64 * 48), high / wide
    assert 0.09 < share.min() < 0.12
    assert 0.18 < share.max() < 0.21
    assert 0.45 < ratio.min() < 0.6
    assert 1.7 < ratio.max() < 2.2
    assert math.isclose(ratio.log().mean(), 0, abs_tol=0.1)


def test_a_box_that_never_fits_is_left_out() -> None:
    erasing = transform("RandomErasing", p=1.0, scale=[1.0, 1.0], ratio=[1.0, 1.0])
    assert torch.equal(applied(erasing), images())


def test_random_noise_is_erased_image_by_image() -> None:
    erasing = transform("RandomErasing", p=1.0, value="random")
    chain = compile_chain([erasing])
    assert not chain.batchwise
    floats = images().float() / 255
    assert not torch.equal(chain(floats, INDICES, draws()), floats)


def test_expanding_rotation_gives_a_list_and_resize_makes_it_one_tensor_again() -> None:
    rotation = transform("RandomRotation", degrees=40, expand=True)
    assert isinstance(compile_chain([rotation])(images(), INDICES, draws()), list)
    assert applied(rotation, transform("Resize", size=[8, 8])).shape == (COUNT, 3, 8, 8)


def test_images_of_different_sizes_go_one_by_one_with_their_own_draws() -> None:
    crop, flip = transform("RandomCrop", size=10), transform("RandomHorizontalFlip")
    chain = compile_chain([crop, flip])
    as_list = chain(list(images()), INDICES, draws())
    assert torch.equal(as_list, chain(images(), INDICES, draws()))
    mixed = [image[:, : 10 + k % 6, : 16 - k % 5] for k, image in enumerate(images())]
    assert chain(mixed, INDICES, draws()).shape == (COUNT, 3, 10, 10)


def test_baking_does_not_change_what_is_drawn() -> None:
    transforms = [
        transform("Pad", padding=2),
        transform("RandomCrop", size=12),
        transform("RandomHorizontalFlip"),
        transform("ToTensor"),
    ]
    change, rest = fixed_prefix(transforms)
    assert [one.name for one in rest] == ["RandomCrop", "RandomHorizontalFlip", "ToTensor"]
    stored = torch.stack([change(image) for image in images()])
    found = compile_chain(transforms, baked=1)(stored, INDICES, draws())
    assert torch.equal(found, applied(*transforms))


def test_nothing_is_baked_where_nothing_is_fixed() -> None:
    change, rest = fixed_prefix([transform("ToTensor"), transform("Resize", size=8)])
    assert change is None
    assert len(rest) == 2
    assert fixed_prefix([]) == (None, [])


@pytest.mark.parametrize("interpolation", ["nearest", "nearest-exact", "bilinear", "bicubic"])
def test_resize_with_one_number_scales_the_shorter_side(interpolation: str) -> None:
    change, _ = fixed_prefix([transform("Resize", size=9, interpolation=interpolation)])
    image = images(height=20, width=31)[0]
    expected = functional.resize(image, [9], v2.InterpolationMode(interpolation), antialias=True)
    assert torch.equal(change(image), expected)
    assert change(image).shape == (3, 9, 13)


def test_how_tells_what_goes_image_by_image() -> None:
    transforms = [
        transform("RandAugment"),
        transform("RandomHorizontalFlip"),
        transform("ToTensor"),
        transform("Normalize", mean=[0.5], std=[0.5]),
    ]
    assert how(transforms) == [
        "RandAugment: image by image, on the CPU",
        "RandomHorizontalFlip: for a whole batch",
        "ToTensor, Normalize: one multiplication and addition for a batch",
    ]
    assert not compile_chain(transforms).batchwise
    assert compile_chain(transforms[1:]).batchwise


def load_data(transforms: list[Component] | SplitTransforms) -> LoadData:
    return LoadData.model_construct(transforms=transforms)


def test_random_transforms_of_a_flat_list_work_only_on_train_while_training() -> None:
    both = [transform("RandomHorizontalFlip"), transform("ToTensor")]
    spec = load_data(both)
    assert split_transforms(spec, "train", training=True) == both
    for split, training in [("train", False), ("test", True), ("val", True), ("test", False)]:
        assert split_transforms(spec, split, training=training) == both[1:]


def test_transforms_by_split_stand_as_they_are_written() -> None:
    train, test = [transform("RandomHorizontalFlip")], [transform("RandomVerticalFlip")]
    spec = load_data(SplitTransforms(train=train, test=test))
    assert split_transforms(spec, "train", training=False) == train
    assert split_transforms(spec, "val", training=True) == test
    assert split_transforms(spec, "test", training=False) == test


def test_sides_are_left_top_right_bottom() -> None:
    assert sides([1, 2]) == (1, 2, 1, 2)
    assert isinstance(compile_chain([]), Chain)
    assert step_of(transform("Identity"))(images(), rows()).shape == images().shape
