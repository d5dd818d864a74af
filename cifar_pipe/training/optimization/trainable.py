"""Which parameters one training changes, whatever the layers say: a head first, then all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase

from torch import nn

from cifar_pipe.diagnostics.parameter_names import nearest_parameter
from cifar_pipe.diagnostics.problem import Problem, ProblemError
from cifar_pipe.diagnostics.suggest import some


@contextmanager
def only_trained(network: nn.Module, patterns: Sequence[str] | None) -> Iterator[None]:
    """Within it, the parameters that a pattern matches want gradients, and no others.

    A pattern is a name, the beginning of names (`fc` is fc.weight and fc.bias), or a glob
    (`layer4.*`); with None all stays as the layers say. As with `requires_grad_(False)` in PyTorch,
    frozen layers still run in training mode: batch normalization follows its batches. Raises
    ProblemError for a pattern that matches nothing.
    """
    before = {name: one.requires_grad for name, one in network.named_parameters()}
    trained = before if patterns is None else dict.fromkeys(before, False)
    for index, pattern in enumerate(patterns or ()):
        matched = [name for name in before if _matches(name, pattern)]
        if not matched:
            raise ProblemError(_matches_nothing(pattern, index, list(before)))
        trained |= dict.fromkeys(matched, True)
    try:
        _set(network, trained)
        yield
    finally:
        _set(network, before)


def share_in_words(network: nn.Module) -> str:
    """`850 of 62,006 parameters`: those that want gradients."""
    count = sum(one.numel() for one in network.parameters() if one.requires_grad)
    return f"{count:,} of {sum(one.numel() for one in network.parameters()):,} parameters"


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) or name.startswith(f"{pattern}.")


def _matches_nothing(pattern: str, index: int, names: Sequence[str]) -> Problem:
    layers = list(dict.fromkeys(name.rpartition(".")[0] for name in names))
    word = pattern.rstrip(".*")
    # `fc` of a network that is a layer itself: resnet18.fc.
    inside = [one for one in layers if f".{one}.".endswith(f".{word}.")]
    meant = next(iter(inside), None) or nearest_parameter(word, [*names, *layers])
    help_ = f"did you mean `{meant}`?" if meant else f"they are {some(list(names))}"
    message = f"`{pattern}` in trainable matches no parameter of the network"
    return Problem(message, ("trainable", index), "optimizer", help_)


def _set(network: nn.Module, trained: dict[str, bool]) -> None:
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(trained[name])
