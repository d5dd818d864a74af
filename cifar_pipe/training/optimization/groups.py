"""Parameters that an optimizer treats differently: biases without weight decay, for example."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from torch import nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.component_keys import Group
from cifar_pipe.diagnostics.parameter_names import nearest_parameter
from cifar_pipe.diagnostics.problem import Problem, ProblemError, below
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.training.optimization.depths import depths

_NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)  # noqa: SLF001
# What is written instead of the words for parameters.
_MEANT = {"bias": "biases", "norm": "norms", "batchnorm": "norms", "layernorm": "norms"}


def parameter_groups(component: Component, network: nn.Module) -> list[Any]:
    """The parameters that want gradients, as an optimizer takes them: a list, or one of groups.

    A parameter takes the settings of all groups that match it. Its learning rate, of a group or the
    optimizer's own, is multiplied by layer_decay ** n, with n layers that are deeper. Those with the
    optimizer's own settings come first; the rest follow in the order of the network, one group for
    each set of settings. Raises ProblemError for a pattern that matches none, for two groups that want
    different things of one parameter, and for settings that break the optimizer's own rule.
    """
    parameters = {name: one for name, one in network.named_parameters() if one.requires_grad}
    declared: list[Group] = component.common.get("groups") or []
    decay: float | None = component.common.get("layer_decay")
    if not declared and decay is None:
        return list(parameters.values())
    settings: dict[str, dict[str, Any]] = {name: {} for name in parameters}
    norms = {
        f"{prefix}.{name}"
        for prefix, module in network.named_modules()
        if isinstance(module, _NORMS)
        for name, _ in module.named_parameters(recurse=False)
    }
    for index, group in enumerate(declared):
        with below("groups", index):
            _check_rule(component, group)
            for name in _matched(group, parameters, norms):
                _add(settings[name], group, name)
    if decay is not None:
        _decay(settings, depths(network), component.get("lr"), decay)
    return _gathered(parameters, settings)


def _matched(group: Group, parameters: Mapping[str, nn.Parameter], norms: set[str]) -> list[str]:
    """The names that any of the patterns matches, in the network's order."""
    found: set[str] = set()
    for index, pattern in enumerate(group.patterns):
        glob = "*bias" if pattern == "biases" else pattern
        names = {name for name in parameters if fnmatchcase(name, glob)}
        if pattern == "norms":
            names = norms & parameters.keys()
        if not names:
            advice = f"they are {some(list(parameters))}"
            meant = _MEANT.get(pattern.lower()) or nearest_parameter(pattern, list(parameters))
            if meant:
                advice = f"did you mean `{meant}`?"
            message = f"`{pattern}` in groups matches no parameter that is trained"
            raise problem(message, "parameters", index, help=advice)
        found |= names
    return [name for name in parameters if name in found]


def _add(settings: dict[str, Any], group: Group, name: str) -> None:
    for key, value in group.settings.items():
        if settings.setdefault(key, value) != value:
            raise problem(
                f"two groups give {name} different values of {key}: {settings[key]} and {value}",
                key,
                help="make their patterns apart: each parameter can have one",
            )


def _decay(
    settings: Mapping[str, dict[str, Any]], depth_of: Mapping[str, int], lr: float, decay: float
) -> None:
    deepest = max(depth_of.values())
    for name, its in settings.items():
        if depth_of[name] < deepest:
            its["lr"] = its.get("lr", lr) * decay ** (deepest - depth_of[name])


def _check_rule(component: Component, group: Group) -> None:
    rule = component.entry.rule
    broken = rule({**dict(component.arguments), **group.settings}) if rule else None
    if broken:
        # Of the rule's keys, what this group sets is what breaks it.
        key = next((key for key in broken.keys if key in group.settings), "parameters")
        raise problem(f"in the group of {', '.join(group.patterns)}: {broken.message}", key)


def problem(message: str, *path: str | int, help: str | None = None) -> ProblemError:  # noqa: A002
    return ProblemError(Problem(message, path, code="optimizer", help=help))


def _gathered(
    parameters: Mapping[str, nn.Parameter], settings: Mapping[str, Mapping[str, Any]]
) -> list[Any]:
    """One group for each set of settings, that without any first."""
    gathered: list[tuple[Mapping[str, Any], list[nn.Parameter]]] = []
    for name in sorted(parameters, key=lambda name: bool(settings[name])):
        same = next((group for wanted, group in gathered if wanted == settings[name]), None)
        if same is None:
            gathered.append((settings[name], same := []))
        same.append(parameters[name])
    # PyTorch takes pairs as tuples.
    return [
        {"params": group}
        | {key: tuple(value) if isinstance(value, list) else value for key, value in wanted.items()}
        for wanted, group in gathered
    ]
