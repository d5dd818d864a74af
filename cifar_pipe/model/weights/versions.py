"""The versions of modules that a state_dict carries beside its tensors.

PyTorch brings weights of older versions into today's form when it loads them; a dict that is made
anew has lost them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from torch import Tensor

Versions = Mapping[str, Mapping[str, int]]
"""By the module's name: {"version": 2}."""


def versions_of(state: Mapping[str, Tensor]) -> Versions:
    return getattr(state, "_metadata", {})


def state_dict(
    tensors: Iterable[tuple[str, Tensor]], versions: Versions
) -> OrderedDict[str, Tensor]:
    """As PyTorch makes them: torch.save writes the versions as well."""
    state = OrderedDict(tensors)
    state._metadata = OrderedDict(versions)  # type: ignore[attr-defined]  # noqa: SLF001
    return state
