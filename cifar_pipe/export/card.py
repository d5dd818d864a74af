"""What an exported model says of itself, as JSON inside its file."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from math import prod
from typing import Annotated, Any, Literal, Self

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from torch import Tensor

from cifar_pipe.catalog.images.data_facts import LONGEST_SIDE

KEY = "cifar_pipe"
"""Under which a file has it among its metadata."""

_Side = Annotated[int, Field(ge=1, le=LONGEST_SIDE)]
_SETTINGS = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


class Golden(BaseModel):
    """An image, uint8 `shape` (3, height, width) as base64, and what the network gave for it."""

    model_config = _SETTINGS

    shape: tuple[Literal[3], _Side, _Side] = Field(strict=False)
    pixels: str
    outputs: list[float] = Field(min_length=1)

    @classmethod
    def of(cls, image: Tensor, outputs: Tensor) -> Self:
        _, height, width = image.shape
        pixels = base64.b64encode(image.contiguous().numpy().tobytes()).decode()
        return cls(shape=(3, height, width), pixels=pixels, outputs=outputs.tolist())

    @model_validator(mode="after")
    def _has_all_pixels(self) -> Self:
        try:
            size = len(base64.b64decode(self.pixels, validate=True))
        except binascii.Error as error:
            raise ValueError("its pixels are not base64") from error
        if size != prod(self.shape):
            raise ValueError(f"it has {size} bytes of pixels, not {prod(self.shape)}")
        return self

    @property
    def image(self) -> Tensor:
        """uint8 `[3, height, width]`."""
        content = bytearray(base64.b64decode(self.pixels))
        return torch.frombuffer(content, dtype=torch.uint8).view(self.shape)


class Card(BaseModel):
    """`output` is the name of the network's own output, `inside` what the file does to the images that
    it is given, step by step, and `outside` what it leaves to others.

    `pipeline` is that of the run, which `network` and `data` name the stages of: where the network was
    built and how its images were loaded. `input_shape` is what the network takes after its preprocessing.
    """

    model_config = _SETTINGS

    version: Literal[1] = 1
    name: str
    classes: list[str]
    output: Literal["logits", "probabilities", "values"]
    inside: list[str]
    outside: list[str]
    goldens: list[Golden] = Field(min_length=1)
    card: str
    pipeline: str
    network: str
    data: str
    input_shape: list[_Side] = Field(min_length=3, max_length=3)
    versions: Mapping[str, str]

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError, in one line, where it is not one."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first: Any = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise ValueError(f"{place}: {first['msg']}" if place else first["msg"]) from error
