"""Components and codes, as a shell completes them."""

from __future__ import annotations

from collections.abc import Callable

Completed = Callable[[str], list[str]]


def test_components_begin_with_kinds_stages_and_names(completed: Completed) -> None:
    assert completed("components opt") == ["optimizer"]
    assert "train" in completed("components tr")
    assert "Conv2d" in completed("components Conv")


def test_below_a_kind_there_are_its_names(completed: Completed) -> None:
    assert completed("components optimizer AdamW") == ["AdamW"]
    assert completed("components optimizer Conv") == []
    assert "evaluate" in completed("components stage ")


def test_codes_are_those_that_can_be_explained(completed: Completed) -> None:
    assert completed("explain shap") == ["shape"]


def test_templates_are_those_of_init(completed: Completed) -> None:
    assert completed("init --template len") == ["lenet", "lenet5"]
