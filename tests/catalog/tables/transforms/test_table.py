"""The table of transforms: complete, as the installed torchvision has them, and checked."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from pydantic import ValidationError
from torchvision.transforms import v2

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.images.data_facts import transform_facts
from cifar_pipe.catalog.tables.transforms.table import TABLE

# Kept, but `inplace` says nothing about the result; v2's ToTensor is not the tutorial's.
NOT_OFFERED = {"inplace", "num_classes", "labels_getter"}


def test_every_public_name_is_kept_or_left_out_with_a_reason() -> None:
    public = {name for name in dir(v2) if not name.startswith("_")}
    assert public == set(TABLE.entries) | set(TABLE.left_out)
    assert all(TABLE.left_out.values())


@pytest.mark.parametrize("name", TABLE.entries)
def test_arguments_are_torchvision_s(name: str) -> None:
    parameters = inspect.signature(getattr(v2, name)).parameters
    assert set(TABLE.entries[name].args) == set(parameters) - NOT_OFFERED


@pytest.mark.parametrize("name", TABLE.entries)
def test_defaults_are_torchvision_s(name: str) -> None:
    parameters = inspect.signature(getattr(v2, name)).parameters
    for key, arg in TABLE.entries[name].args.items():
        default = parameters[key].default
        if default is inspect.Parameter.empty or key == "dtype":
            assert arg.default is ...
        else:
            assert arg.default == getattr(default, "value", default)


@pytest.mark.parametrize("name", TABLE.entries)
def test_every_transform_and_argument_is_described(name: str) -> None:
    entry = TABLE.entries[name]
    assert entry.summary.endswith(".")
    assert entry.link.startswith("https://docs.pytorch.org/")
    assert all(arg.description for arg in entry.args.values())
    assert callable(transform_facts(entry).effect)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Normalize", {"mean": [0.5], "std": [0.0]}),
        ("Normalize", {"mean": 0.5, "std": 0.5}),
        ("RandomHorizontalFlip", {"p": 1.5}),
        ("GaussianBlur", {"kernel_size": 4}),
        ("GaussianBlur", {"kernel_size": [3, 2]}),
        ("ColorJitter", {"brightness": -1.0}),
        ("ColorJitter", {"hue": 0.6}),
        ("ColorJitter", {"contrast": [1.5, 0.5]}),
        ("RandomCrop", {"size": 0}),
        ("RandomCrop", {"size": 8, "padding": [1, 2, 3]}),
        ("Pad", {"padding": 1, "padding_mode": "mirror"}),
        ("Resize", {"size": 8, "interpolation": "cubic"}),
        ("RandomPosterize", {"bits": 9}),
        ("AutoAugment", {"policy": "mnist"}),
        ("ToDtype", {"dtype": "float64"}),
        ("RandomErasing", {"value": "noise"}),
    ],
)
def test_wrong_arguments_are_refused(name: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make("transform", name, **arguments)
