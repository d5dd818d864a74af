from __future__ import annotations

import pytest
from pydantic import ValidationError

from cifar_pipe.pipeline.document import TOP_LEVEL, Document


@pytest.mark.parametrize("device", ["auto", "cpu", "mps", "cuda", "cuda:1"])
def test_devices_are_words_or_a_numbered_cuda(device: str) -> None:
    assert Document(version=1, runtime={"device": device}).runtime.device == device


@pytest.mark.parametrize("name", ["lenet-2.1", "图像分类", "Größe_3", "классы", "画像", "x" * 100])
def test_names_are_of_letters_of_any_script(name: str) -> None:
    assert Document(version=1, name=name).name == name
    assert len(name.encode()) <= 255


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 2},
        {"name": "../x"},
        {"name": ".hidden"},
        {"name": "图像 分类"},
        {"name": "图像/分类"},
        {"name": "图像\u202e分类"},
        {"name": "图" * 81},
        {"seed": -1},
        {"seed": 2**63},
        {"runtime": {"device": "gpu"}},
    ],
)
def test_what_the_top_level_does_not_take(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Document(**{"version": 1, **wrong})


def test_the_keys_of_the_top_level_hold_those_of_composition() -> None:
    assert {"version", "stages", "extends", "vars", "blocks"} <= set(TOP_LEVEL)
    assert len(TOP_LEVEL) == len(set(TOP_LEVEL))
