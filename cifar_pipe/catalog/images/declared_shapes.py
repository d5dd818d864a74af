"""The types of `image_shape`, by what a dataset takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from cifar_pipe.catalog.core.types import Words, list_of, whole
from cifar_pipe.catalog.images.data_facts import LONGEST_SIDE

_SMALLEST = 8


def _shape(fits: Callable[[list[int]], bool], words: str) -> Any:
    """A list [channels, height, width] that fits."""

    def check(value: list[int]) -> list[int]:
        if not fits(value):
            raise PydanticCustomError("range", "does not fit")
        return value

    return Annotated[list_of(whole(ge=1, le=LONGEST_SIDE), 3), AfterValidator(check), Words(words)]


ImageShape = _shape(lambda _: True, "a list of 3 whole numbers above 0: channels, height, width")
FolderShape = _shape(
    lambda shape: shape[0] == 3,
    "[3, height, width]: images are read as RGB, whatever their files hold",
)
DrawnShape = _shape(
    lambda shape: shape[0] in (1, 3) and min(shape[1:]) >= _SMALLEST,
    f"[1 or 3, height, width] with sides of at least {_SMALLEST}",
)
