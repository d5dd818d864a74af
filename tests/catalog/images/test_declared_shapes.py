from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from cifar_pipe.catalog.images.declared_shapes import DrawnShape, FolderShape, ImageShape


@pytest.mark.parametrize(
    ("type_", "right", "wrong"),
    [
        (ImageShape, [1000, 1, 65_535], [3, 32, 65_536]),
        (ImageShape, [1, 1, 1], [3, 0, 32]),
        (FolderShape, [3, 32, 32], [1, 32, 32]),
        (DrawnShape, [1, 8, 8], [3, 32, 7]),
        (DrawnShape, [3, 32, 32], [3, 3_000_000_000, 3_000_000_000]),
    ],
)
def test_a_shape_has_its_bounds(type_: object, right: list[int], wrong: list[int]) -> None:
    adapter = TypeAdapter(type_)
    assert adapter.validate_python(right) == right
    with pytest.raises(ValidationError):
        adapter.validate_python(wrong)
