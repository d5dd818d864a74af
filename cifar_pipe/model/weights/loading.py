"""Loads weights into a network, whatever their names' prefix, and says what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.model.weights.differences import Differences
from cifar_pipe.model.weights.files import Weights
from cifar_pipe.model.weights.versions import state_dict, versions_of

_Names = tuple[str, ...]
# What wrappers put into names: DataParallel and DistributedDataParallel, torch.compile.
_WRAPPERS = ("module", "_orig_mod")
# What people call the network in a wrapper of their own, a LightningModule for instance.
_HOLDERS = (*_WRAPPERS, "model", "net", "network")
# torchvision's published DenseNets have dots where modules have none: norm.1 for norm1.
_DENSENET = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.\w+)$")
# It refuses weights that do not say of which version they are; other modules take them as old.
_ASKS_FOR_VERSION = "MNASNet"


@dataclass(frozen=True, slots=True)
class Head:
    """The last layer of a network, and the further heads of the file that it does without."""

    name: str
    left_out: tuple[str, ...] = ()


def load_weights(network: nn.Module, weights: Weights, *, head: Head | None = None) -> _Names:
    """Loads them, and gives remarks in words of what had to be done for it.

    Names that fit all at once with a prefix less or more are taken so. With a `head`, one for
    another number of classes stays the network's own. On the meta device nothing is copied, and
    all is checked. Raises RunError where the weights are not those of the network.
    """
    wanted, first = network.state_dict(), None
    for state, remark in _candidates(weights.state, wanted):
        fitting, new = _with_head(state, wanted, head)
        found = _load(network, fitting, wanted)
        if not found:
            more = f"its {head.name if head else ''} is for other classes, and stays new"
            return (*weights.remarks, *filter(None, [remark]), *([more] if new else []))
        first = first or found
    assert first is not None
    raise first.error(weights.path, weights.state, network)


def head_of(network: nn.Module) -> Head | None:
    """The last layer with parameters, if there is one."""
    names = [name for name, _ in network.named_parameters()]
    return Head(names[-1].rpartition(".")[0]) if names else None


def check_states(path: Path, state: Mapping[str, Tensor], network: nn.Module) -> None:
    """Raises RunError where what is saved at `path` would not fit the network."""
    load_weights(network, Weights(path, state))


def _load(
    network: nn.Module, state: Mapping[str, Tensor], wanted: Mapping[str, Tensor]
) -> Differences | None:
    """Modules bring weights of their own older versions into today's form."""
    if wanted and state.keys().isdisjoint(wanted):
        # They may change themselves for what they take for an older version.
        return Differences([*wanted], [*state], ())
    sizes = [name for name in wanted if name in state and state[name].shape != wanted[name].shape]
    # Counters of batches are on the CPU all the same: planning/measure.py.
    on_meta = any(one.is_meta for one in wanted.values())
    tensors = {
        name: one.to(wanted[name].device if name in wanted else "meta") if on_meta else one
        for name, one in state.items()
    }
    tensors |= {name: wanted[name] for name in sizes}
    ready = state_dict(tensors.items(), {**_versions(network), **versions_of(state)})
    try:
        missing, unexpected = network.load_state_dict(ready, strict=False)
    except RuntimeError as error:
        return Differences((), (), sizes, str(error).splitlines()[-1].strip())
    differs = missing or unexpected or sizes
    return Differences(missing, unexpected, sizes) if differs else None


def _versions(network: nn.Module) -> dict[str, dict[str, int]]:
    return {
        name: {"version": module._version}  # noqa: SLF001
        for name, module in network.named_modules()
        if type(module).__name__ == _ASKS_FOR_VERSION
    }


def _candidates(
    state: Mapping[str, Tensor], wanted: Mapping[str, Tensor]
) -> Iterator[tuple[Mapping[str, Tensor], str]]:
    """The weights as they are, and under other names, each with a remark."""
    state = _renamed(state, _densenet)
    yield state, ""
    plain = _renamed(state, lambda names: tuple(one for one in names if one not in _WRAPPERS))
    if plain.keys() != state.keys():
        used = {one for name in state for one in name.split(".") if one in _WRAPPERS}
        yield plain, f"names without {' and '.join(sorted(used))}"
    outer = _common([*wanted])
    left: list[str] = []
    within = state
    while True:
        if outer and all(one in _HOLDERS for one in left):
            without = f" without {'.'.join(left)}" if left else ""
            yield _renamed(within, lambda names: (outer, *names)), f"names below {outer}{without}"
        common = _common([*within])
        if common is None:
            break
        left.append(common)
        within = _renamed(within, lambda names: names[1:])
        yield within, f"names without {'.'.join(left)}"
    for one in (state, plain):
        yield from _held(one, wanted)


def _held(
    state: Mapping[str, Tensor], wanted: Mapping[str, Tensor]
) -> Iterator[tuple[Mapping[str, Tensor], str]]:
    """The network in a module that has more than it: a loss with weights, metrics, a counter; not where
    the module may have two.
    """
    parts: dict[str, dict[str, Tensor]] = {}
    for name, tensor in state.items():
        first, _, rest = name.partition(".")
        parts.setdefault(first, {})[rest] = tensor
    whole = [first for first, part in parts.items() if wanted.keys() <= part.keys()]
    if len(whole) == 1 and whole[0] in _HOLDERS and len(parts) > 1:
        [holder] = whole
        more = some([name for name in state if name.partition(".")[0] != holder])
        part = {name: one for name, one in state.items() if name.startswith(f"{holder}.")}
        kept = state_dict(part.items(), versions_of(state))
        below = _renamed(kept, lambda names: names[1:])
        yield below, f"names below {holder}, without what is beside it: {more}"


def _densenet(names: _Names) -> _Names:
    return tuple(_DENSENET.sub(r"\1\2", ".".join(names)).split("."))


def _common(names: Sequence[str]) -> str | None:
    """The part with which all names begin, and after which all go on."""
    first = {name.partition(".")[0] if "." in name else "" for name in names}
    return first.pop() or None if len(first) == 1 else None


def _renamed(
    state: Mapping[str, Tensor], rename: Callable[[_Names], _Names]
) -> Mapping[str, Tensor]:
    def renamed(name: str) -> str:
        return ".".join(rename(tuple(name.split(".")) if name else ()))

    versions = {renamed(name): one for name, one in versions_of(state).items()}
    return state_dict(((renamed(name), one) for name, one in state.items()), versions)


def _with_head(
    state: Mapping[str, Tensor], wanted: Mapping[str, Tensor], head: Head | None
) -> tuple[Mapping[str, Tensor], bool]:
    """Without the heads that are left out, and with the network's own where it is for other classes."""
    if head is None:
        return state, False
    left_out = tuple(f"{name}." for name in head.left_out)
    kept = {name: one for name, one in state.items() if not name.startswith(left_out)}
    own = {
        name: one
        for name, one in wanted.items()
        if name.startswith(f"{head.name}.") and name in kept and kept[name].shape != one.shape
    }
    return state_dict((kept | own).items(), versions_of(state)), bool(own)
