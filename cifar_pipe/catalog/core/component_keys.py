"""The keys that every component of a kind takes beside its own arguments."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from cifar_pipe.catalog.core.entry import Entry, Kind
from cifar_pipe.catalog.core.parameter_groups import optimizer_keys
from cifar_pipe.catalog.core.types import choice


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SchedulerKeys(_Keys):
    per: choice("step", "epoch") = Field(  # type: ignore[valid-type]
        None, description="When the scheduler steps: after each batch or after each epoch."
    )


# The forms that targets can have: class index (int64 [N]); one-hot and probability (float [N,
# classes]: 1 for the class, else 0); signs (float [N, classes]: 1 for the class, else -1); class
# list (int64 [N, classes]: the class, and -1 for the rest). Targets that are numbers already are
# viewed in the outputs' shape.
TARGETS = ("class index", "one-hot", "probability", "signs", "class list")


class LossKeys(_Keys):
    target: choice(*TARGETS) = Field(  # type: ignore[valid-type]
        None, description="Form that the labels are brought into; each loss has its usual one."
    )


_COMMON: dict[Kind, type[BaseModel]] = {
    "loss": LossKeys,
    "scheduler": SchedulerKeys,
}


def common_keys(entry: Entry) -> type[BaseModel]:
    """The model of the keys that the component takes beside its arguments."""
    if entry.kind == "layer":
        # Its keys hold components, which are made with the keys of their kind.
        from cifar_pipe.catalog.core.layer_keys import LayerKeys  # noqa: PLC0415

        return LayerKeys
    if entry.kind == "optimizer" and entry.traits.get("groups", True):
        return optimizer_keys(entry.name)
    return _COMMON.get(entry.kind, _Keys)
