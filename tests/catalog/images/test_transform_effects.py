"""What each transform does to the size, the channels and the kind of number of images."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.catalog.images.data_facts import Images, transform_facts
from cifar_pipe.catalog.images.transform_effects import pair, sides
from cifar_pipe.catalog.images.transform_flow import through
from cifar_pipe.diagnostics.problem import Path, ProblemError

FLOATS = Images(3, 32, 32, "float32", "0 to 1")


def t(name: str, **arguments: Any) -> Component:
    return make("transform", name, **arguments)


def effect(transform: Component, images: Images) -> Images:
    return transform_facts(transform).effect(images, transform)


def test_sizes_and_paddings_have_short_forms() -> None:
    assert pair(3) == [3, 3]
    assert pair([2, 3]) == [2, 3]
    assert sides(1) == (1, 1, 1, 1)
    assert sides([1, 2]) == (1, 2, 1, 2)
    assert sides([1, 2, 3, 4]) == (1, 2, 3, 4)


@pytest.mark.parametrize("size", [9, 20, 33, [8, 12], None])
@pytest.mark.parametrize("longest", [None, 40])
@pytest.mark.parametrize("shape", [(20, 31), (31, 20), (16, 16)])
def test_resize_follows_torchvision(size: Any, longest: Any, shape: Any) -> None:
    from cifar_pipe.data.transforms.chain import fixed_prefix

    if (isinstance(size, list) and longest) or (size is None and longest is None):
        return
    resize = t("Resize", size=size, max_size=longest)
    change, _ = fixed_prefix([resize])
    found = tuple(change(torch.zeros(3, *shape, dtype=torch.uint8)).shape)
    assert through(Images(3, *shape), [resize]).shape == found


@pytest.mark.parametrize(
    ("scale", "dtype", "values"),
    [(True, "uint8", "0 to 255"), (False, "float32", "0 to 1"), (True, "float32", "0 to 1")],
)
def test_a_change_of_dtype_scales_only_where_it_says_so(
    scale: bool, dtype: Any, values: str
) -> None:
    after = effect(t("ToDtype", dtype=dtype, scale=scale), FLOATS)
    assert (after.dtype, after.values) == (dtype, values)


@pytest.mark.parametrize(
    ("transform", "images", "path", "message"),
    [
        (t("ToDtype", dtype="uint8"), FLOATS, ("dtype",), "leaves 0"),
        (
            t("ToDtype", dtype="uint8", scale=True),
            replace(FLOATS, values="shifted"),
            ("dtype",),
            "Normalize has shifted",
        ),
        (t("ToTensor"), FLOATS, (), "floats already"),
        (t("Resize", size=None), FLOATS, ("size",), "takes size, max_size, or both"),
        (t("Resize", size=8, max_size=8), FLOATS, ("max_size",), "above size \\(8\\)"),
        (t("ElasticTransform", sigma=9.0), FLOATS, ("sigma",), "reaches 36 pixels"),
        (
            t("RandomCrop", size=99, pad_if_needed=True, padding_mode="reflect"),
            FLOATS,
            ("size",),
            "reaches at most 31 here, not 67",
        ),
    ],
)
def test_what_an_image_cannot_go_through_is_reported_at_the_argument(
    transform: Component, images: Images, path: Path, message: str
) -> None:
    with pytest.raises(ProblemError, match=message) as raised:
        effect(transform, images)
    assert raised.value.problem.path == path
