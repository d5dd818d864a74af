"""The keys that components take beside their own arguments: of schedulers, losses, layers, optimizers."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from cifar_pipe.catalog.core.argument_rules import BrokenRule
from cifar_pipe.catalog.core.component import Initializer
from cifar_pipe.catalog.core.entry import Entry, Keys
from cifar_pipe.catalog.core.facts import Target, optimizer_facts
from cifar_pipe.catalog.core.ids import LayerId
from cifar_pipe.catalog.core.lookup import find
from cifar_pipe.catalog.core.types import Bool, Str, choice, either, list_of, number


class SchedulerKeys(Keys):
    per: choice("step", "epoch") = Field(  # type: ignore[valid-type]
        None, description="When the scheduler steps: after each batch or after each epoch."
    )


class LossKeys(Keys):
    target: choice(*get_args(Target)) = Field(  # type: ignore[valid-type]
        None, description="Form that the labels are brought into; each loss has its usual one."
    )


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


# Words that are not patterns of parameters' names.
WORDS = ("biases", "norms")


class Group(BaseModel):
    """Which parameters, and the optimizer's arguments that differ for them."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        defer_build=True,
        json_schema_extra={"minProperties": 2},
    )

    parameters: either(Str, list_of(Str, minimum=1)) = Field(  # type: ignore[valid-type]
        description="Patterns of parameters' names, as in conv1.*, or the words biases and norms."
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.settings:
            message = "changes nothing: give it an lr or a weight_decay"
            raise BrokenRule(message, ("lr", "weight_decay")).error("group")
        return self

    @property
    def patterns(self) -> list[str]:
        written: Any = self.parameters
        return written if isinstance(written, list) else [written]

    @property
    def settings(self) -> dict[str, Any]:
        """The optimizer's arguments that were written."""
        return {name: getattr(self, name) for name in self.model_fields_set if name != "parameters"}


COMMON = frozenset(
    {
        *(key for keys in (SchedulerKeys, LossKeys, LayerKeys, Group) for key in keys.model_fields),
        *("groups", "layer_decay"),
    }
)
"""All keys that components take beside arguments; an optimizer's groups take its arguments too."""


def optimizer_keys(entry: Entry) -> type[BaseModel]:
    """The keys beside the optimizer's arguments: groups that take its arguments."""
    return _group_keys(entry.name) if optimizer_facts(entry).takes_groups else Keys


_LAYER_DECAY = (
    "Layer-wise learning-rate decay: the learning rate of each layer is that of the layer above it times "
    "this, and the last layer's is lr. 0.65 to 0.8 are usual where trained weights are trained further."
)


@cache
def _group_keys(name: str) -> type[BaseModel]:
    entry = find("optimizer", name)
    assert entry is not None
    fields: dict[str, Any] = {
        key: (arg.type, Field(None, description=arg.description or None))
        for key, arg in entry.args.items()
    }
    group = create_model(f"{name}Group", __base__=Group, **fields)
    words = (
        "Parameters that are treated differently: {parameters: PATTERNS, weight_decay: 0}, where a "
        "pattern is one of names (conv1.*) or the word biases or norms. Where several groups match, "
        "all of them count."
    )
    return create_model(
        f"{name}Keys",
        __base__=Keys,
        groups=(list_of(group, minimum=1), Field(None, description=words)),
        layer_decay=(number(gt=0, le=1), Field(None, description=_LAYER_DECAY)),
    )
