"""Modules and the order in which they run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from cifar_pipe.catalog.core.ids import INPUT


@dataclass(frozen=True, slots=True)
class Step:
    """Runs a module on the outputs of `inputs`, the steps above or INPUT.

    `name` is its output's, and its module's unless it runs that of another step.
    """

    name: str
    inputs: tuple[str, ...]
    module: str = ""


# The layer Shared has no module of its own: it is a step that runs another's.
Shared = Step


class Graph(nn.Module):
    """Runs its modules step by step; the last step's output is its own.

    Without `steps` they run one after another.
    """

    def __init__(
        self, modules: Mapping[str, nn.Module], *, steps: Sequence[Step] | None = None
    ) -> None:
        super().__init__()
        self._names = tuple(modules)
        chain = tuple(Step(name, (above,)) for above, name in pairwise([INPUT, *self._names]))
        self.steps = chain if steps is None else tuple(steps)
        self._is_chain = self.steps == chain
        self._done = _done_after(self.steps)
        for name, module in modules.items():
            self.add_module(name, module)

    def forward(self, images: Tensor) -> Tensor:
        if not self._is_chain:
            return self._run_steps(images)
        modules = self._modules
        for name in self._names:
            images = modules[name](images)  # type: ignore[misc]
        return images

    def _run_steps(self, images: Tensor) -> Tensor:
        outputs = {INPUT: images}
        for step, done in zip(self.steps, self._done, strict=True):
            module = self._modules[step.module or step.name]
            assert module is not None
            outputs[step.name] = module(*(outputs[name] for name in step.inputs))
            for name in done:
                del outputs[name]
        return outputs[self.steps[-1].name]


def _done_after(steps: Sequence[Step]) -> tuple[tuple[str, ...], ...]:
    """For each step the outputs that nothing below takes: they need not be kept."""
    last: dict[str, int] = {}
    for index, step in enumerate(steps):
        last[step.name] = index
        last |= dict.fromkeys(step.inputs, index)
    if steps:
        del last[steps[-1].name]
    return tuple(
        tuple(name for name, at in last.items() if at == index) for index in range(len(steps))
    )


class Sequential(nn.Sequential):
    """One list of layers several times in a row, each time with parameters of its own."""


class Residual(Graph):
    """layers(x) + shortcut(x), where the shortcut is x itself if there is none.

    He et al., Deep Residual Learning (https://arxiv.org/abs/1512.03385), equations 1 and 2.
    """

    def __init__(
        self,
        modules: Mapping[str, nn.Module],
        *,
        steps: Sequence[Step] | None = None,
        shortcut: nn.Module | None = None,
    ) -> None:
        super().__init__(modules, steps=steps)
        self.shortcut = nn.Identity() if shortcut is None else shortcut

    def forward(self, images: Tensor) -> Tensor:
        around: Tensor = self.shortcut(images)
        return super().forward(images) + around
