"""The ids of stages, layers, blocks and variables."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cifar_pipe.catalog.core.types import Words

ID_PATTERN = r"^[a-z][a-z0-9_]*$"


LayerId = Annotated[
    str,
    Field(strict=True, pattern=ID_PATTERN),
    Words("a word of lower-case letters, digits and `_`"),
]

INPUT = "input"
"""What the layers of a list call that which the list is given; no layer has this id."""
