from __future__ import annotations

import numpy as np
import pytest

from cifar_pipe.catalog.images.class_names import shape_class
from cifar_pipe.data.datasets.shape_fields import FILL_FIELDS, FORM_FIELDS

SIDE = np.linspace(-1.5, 1.5, 301, dtype=np.float32)
U, V = np.meshgrid(SIDE, SIDE)


def test_every_class_has_its_form_and_its_fill() -> None:
    pairs = [shape_class(label) for label in range(100)]
    assert {form for form, _ in pairs} == FORM_FIELDS.keys()
    assert {fill for _, fill in pairs} == FILL_FIELDS.keys() | {"plain", "hollow"}


@pytest.mark.parametrize("form", FORM_FIELDS)
def test_a_form_is_an_area_about_1_in_radius(form: str) -> None:
    inside = FORM_FIELDS[form](U, V) < 0
    share = inside.mean() * 3 * 3
    assert 0.7 < share < 3.2
    assert not inside[np.hypot(U, V) > 1.3].any()


@pytest.mark.parametrize("form", FORM_FIELDS)
def test_a_form_rises_hardly_faster_than_a_distance(form: str) -> None:
    down, across = np.gradient(FORM_FIELDS[form](U, V), SIDE, SIDE)
    assert np.hypot(down, across).max() < 1.6


@pytest.mark.parametrize("fill", FILL_FIELDS)
def test_a_fill_has_both_colours(fill: str) -> None:
    first = (FILL_FIELDS[fill](U, V) > 0)[np.hypot(U, V) < 0.9].mean()
    assert 0.1 < first < 0.9
