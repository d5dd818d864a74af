"""In what the weights of a file differ from those of a network, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.ids import ID_PATTERN
from cifar_pipe.catalog.core.lookup import find
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.errors import RunError

_MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Differences:
    """Names: `missing` in the file, `unexpected` there, of other `sizes`. `other` is in PyTorch's
    words.
    """

    missing: Sequence[str]
    unexpected: Sequence[str]
    sizes: Sequence[str]
    other: str = ""

    def error(self, path: Path, state: Mapping[str, Tensor], network: nn.Module) -> RunError:
        """The file at `path` holds `state`."""
        wanted = network.state_dict()
        sizes = [
            f"{name} is {list(state[name].shape)} there and {list(wanted[name].shape)} in the network"
            for name in self.sizes
        ]
        parts = {
            "not in the file: ": self.missing,
            "not in the network: ": self.unexpected,
            "": sizes,
        }
        found = [f"{words}{some(names)}" for words, names in parts.items() if names]
        message = (
            f"{path} does not fit the network: {'; '.join(filter(None, [*found, self.other]))}"
        )
        help_ = "the layers' ids and sizes must be those of the network that was saved"
        cure = _other_classes(self, state, network) or _other_names(path, state, wanted)
        return RunError(message, help=cure or help_)


def _other_classes(
    found: Differences, state: Mapping[str, Tensor], network: nn.Module
) -> str | None:
    """One layer alone gives another number of outputs: the head, for other classes."""
    owners = {name.rpartition(".")[0] for name in found.sizes}
    if found.missing or found.unexpected or len(owners) != 1:
        return None
    owner, own = owners.pop(), network.state_dict()
    pairs = [(state[name].shape, own[name].shape) for name in found.sizes]
    if any(one[1:] != other[1:] for one, other in pairs):
        return None
    count = pairs[0][0][0]
    row = next((one for one in getattr(network, "rows", ()) if owner.startswith(one.name)), None)
    entry = find("layer", row.type) if row else None
    if entry is not None and layer_facts(entry).network:
        return (
            f"the file is for {count} classes: load it with `weights_file` of the layer {entry.name} "
            f"instead, which makes a new head for yours, or with num_classes: {count}"
        )
    return (
        f"{owner} gives {count} in the file: it is for {count} classes; `new_head: true` of the stage "
        f"loads all but that layer, where it is the last"
    )


def _other_names(
    path: Path, state: Mapping[str, Tensor], wanted: Mapping[str, Tensor]
) -> str | None:
    """Where all sizes are the same in the same order, only the layers are called otherwise."""
    if [one.shape for one in state.values()] != [one.shape for one in wanted.values()]:
        return None
    owners: dict[str, str] = {}
    for theirs, ours in zip(state, wanted, strict=True):
        (layer, _, last), (own, _, own_last) = theirs.rpartition("."), ours.rpartition(".")
        if last != own_last or owners.setdefault(own, layer) != layer:
            return None
    same = "all sizes are the same, only names differ"
    other = {own: layer for own, layer in owners.items() if own != layer}
    if all(re.fullmatch(ID_PATTERN, one) for pair in other.items() for one in pair):
        ids = [f"`id: {layer}` for {own}" for own, layer in other.items()]
        return f"{same}: call the layers as the file does: {some(ids, most=_MOST_NAMES)}"
    names = f"{[*wanted]}" if len(wanted) <= _MOST_NAMES else "names of the network"
    target = str(path.with_name(f"{path.stem}_renamed.pth"))
    return (
        f"{same}: write them anew in Python, and name that file: torch.save(dict(zip({names}, "
        f"torch.load({str(path)!r}).values())), {target!r})"
    )
