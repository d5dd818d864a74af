"""The keys that a component takes beside its own arguments, by its kind."""

from __future__ import annotations

from typing import get_args

from pydantic import BaseModel, Field

from cifar_pipe.catalog.core.entry import Entry, Keys
from cifar_pipe.catalog.core.facts import Target
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.core.types import choice


class SchedulerKeys(Keys):
    per: choice("step", "epoch") = Field(  # type: ignore[valid-type]
        None, description="When the scheduler steps: after each batch or after each epoch."
    )


class LossKeys(Keys):
    target: choice(*get_args(Target)) = Field(  # type: ignore[valid-type]
        None, description="Form that the labels are brought into; each loss has its usual one."
    )


def common_keys(entry: Entry) -> type[BaseModel]:
    """The model of the keys that the component takes beside its arguments."""
    return table_of(entry.kind).keys(entry)
