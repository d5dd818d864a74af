"""The keys that every layer takes beside its own arguments."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cifar_pipe.catalog.core.component import Initializer
from cifar_pipe.catalog.core.entry import Keys
from cifar_pipe.catalog.core.ids import LayerId
from cifar_pipe.catalog.core.types import Bool, Str, either, list_of

Initializers = Initializer | Annotated[dict[str, Initializer], Field(min_length=1)]


class LayerKeys(Keys):
    id: LayerId | None = Field(
        None, description="Names the layer's output and its parameters: conv1.weight."
    )
    input: either(  # type: ignore[valid-type]
        LayerId,
        list_of(LayerId, minimum=1),
        expected="the id of a layer above it, or a list of ids",
    ) = Field(
        None,
        description="Id of the layer above whose output it takes, or a list of ids for a layer "
        "that joins several; `input` is what the list of layers itself is given.",
    )
    trainable: either(  # type: ignore[valid-type]
        Bool,
        list_of(Str, minimum=1),
        expected="true, false, or a list of beginnings of parameter names",
    ) = Field(
        None,
        description="Whether training changes its parameters; a list names the beginnings of "
        "those that it changes: [layer4, fc].",
    )
    initialize: Initializers | None = Field(
        None,
        description="How its parameters begin: for all with two dimensions or more, or by name: "
        "{weight: ..., bias: ...}.",
    )


BLOCK_USE_KEYS = ("type", *LayerKeys.model_fields, "repeat")
"""What each use of a block takes beside the block's parameters: it becomes a Sequential."""
