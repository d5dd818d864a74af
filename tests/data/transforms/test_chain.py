from __future__ import annotations

import pytest
import torch
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional

from cifar_pipe.catalog.images.transform_effects import sides
from cifar_pipe.catalog.images.transform_flow import of_split
from cifar_pipe.data.transforms.chain import Chain, compile_chain, fixed_prefix
from cifar_pipe.data.transforms.steps import step_of
from cifar_pipe.stages.load_data.spec import LoadData, SplitTransforms
from tests.data.transforms.batch import COUNT, INDICES, applied, draws, images, rows, transform


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
    change, count = fixed_prefix(transforms)
    assert count == 1
    stored = torch.stack([change(image) for image in images()])
    found = compile_chain(transforms, baked=1)(stored, INDICES, draws())
    assert torch.equal(found, applied(*transforms))


def test_nothing_is_baked_where_nothing_is_fixed() -> None:
    assert fixed_prefix([transform("ToTensor"), transform("Resize", size=8)]) == (None, 0)
    assert fixed_prefix([]) == (None, 0)


@pytest.mark.parametrize("interpolation", ["nearest", "nearest-exact", "bilinear", "bicubic"])
def test_resize_with_one_number_scales_the_shorter_side(interpolation: str) -> None:
    change, _ = fixed_prefix([transform("Resize", size=9, interpolation=interpolation)])
    image = images(height=20, width=31)[0]
    expected = functional.resize(image, [9], v2.InterpolationMode(interpolation), antialias=True)
    assert torch.equal(change(image), expected)
    assert change(image).shape == (3, 9, 13)


def test_a_chain_is_batchwise_where_no_transform_goes_image_by_image() -> None:
    transforms = [
        transform("RandomChannelPermutation"),
        transform("RandomHorizontalFlip"),
        transform("ToTensor"),
        transform("Normalize", mean=[0.5], std=[0.5]),
    ]
    assert not compile_chain(transforms).batchwise
    assert compile_chain(transforms[1:]).batchwise
    places = [place for place, _ in compile_chain(transforms).steps]
    assert places == [0, 1, 2]  # ToTensor and Normalize are one step


def test_random_transforms_of_a_flat_list_work_only_on_train_while_training() -> None:
    both = [transform("RandomHorizontalFlip"), transform("ToTensor")]
    spec = LoadData.model_construct(transforms=both)
    assert of_split(spec.transforms, "train", training=True) == both
    for split, training in [("train", False), ("test", True), ("val", True), ("test", False)]:
        assert of_split(spec.transforms, split, training=training) == both[1:]


def test_transforms_by_split_are_taken_as_they_are_written() -> None:
    train, test = [transform("RandomHorizontalFlip")], [transform("RandomVerticalFlip")]
    spec = LoadData.model_construct(transforms=SplitTransforms(train=train, test=test))
    assert of_split(spec.transforms, "train", training=False) == train
    assert of_split(spec.transforms, "val", training=True) == test
    assert of_split(spec.transforms, "test", training=False) == test


def test_sides_are_left_top_right_bottom() -> None:
    assert sides([1, 2]) == (1, 2, 1, 2)
    assert isinstance(compile_chain([]), Chain)
    assert step_of(transform("Identity"))(images(), rows()).shape == images().shape


def test_the_images_are_never_waited_for() -> None:
    """What reads a value of theirs would wait for a GPU; images without values refuse to be read."""
    transforms = [
        transform("RandomCrop", size=12, padding=4),
        transform("RandomHorizontalFlip"),
        transform("ToTensor"),
        transform("Normalize", mean=[0.5], std=[0.5]),
        transform("RandomErasing", p=0.5),
        transform("RandomAffine", degrees=10),
    ]
    found = compile_chain(transforms)(images().to("meta"), INDICES, draws())
    assert (found.device.type, found.shape) == ("meta", (COUNT, 3, 12, 12))
