"""The keys that every component of a kind takes beside its own arguments."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from cifar_pipe.catalog.entry import Kind
from cifar_pipe.catalog.types import Words, choice

ID_PATTERN = r"^[a-z][a-z0-9_]*$"


LayerId = Annotated[
    str,
    Field(strict=True, pattern=ID_PATTERN),
    Words("a word of lower-case letters, digits and `_`"),
]


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LayerKeys(_Keys):
    id: LayerId | None = Field(
        None, description="Names the layer's output and its parameters: conv1.weight."
    )


class SchedulerKeys(_Keys):
    per: choice("step", "epoch") = Field(  # type: ignore[valid-type]
        None, description="When the scheduler steps: after each batch or after each epoch."
    )


_COMMON: dict[Kind, type[BaseModel]] = {"layer": LayerKeys, "scheduler": SchedulerKeys}


def common_keys(kind: Kind) -> type[BaseModel]:
    return _COMMON.get(kind, _Keys)


def default_of(kind: Kind, key: str) -> Any:
    return common_keys(kind).model_fields[key].default
