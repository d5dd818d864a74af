"""Modules and the order in which they run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from cifar_pipe.catalog.core.ids import INPUT


@dataclass(frozen=True, slots=True)
class Step:
    """Runs a module on the outputs of `inputs`, the steps above or INPUT.

    Its output goes by `name`, and so does its module, unless it runs that of another step.
    """

    name: str
    inputs: tuple[str, ...]
    module: str = ""


Shared = Step

# In evaluation these give what they are given, in another shape at most.
_PASSING = (nn.Identity, nn.Dropout, nn.Flatten)


class Graph(nn.Module):
    """Runs its modules step by step; the last step's output is its own.

    Without `steps` they run one after another.
    """

    def __init__(
        self, modules: Mapping[str, nn.Module], *, steps: Sequence[Step] | None = None
    ) -> None:
        super().__init__()
        names = list(modules)
        chain = tuple(
            Step(name, (above,)) for name, above in zip(names, [INPUT, *names], strict=False)
        )
        self.steps = chain if steps is None else tuple(steps)
        self._is_chain = self.steps == chain
        self._names = tuple(names)
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


def last_module(network: nn.Module) -> nn.Module:
    """The module whose output is the network's: through lists of layers, and through what gives on
    its input as it is.
    """
    match network:
        case Residual():
            return network
        case Graph():
            return last_module(_last_of(network))
        case nn.Sequential():
            return last_module(network[-1])
        case _:
            return network


def _last_of(graph: Graph) -> nn.Module:
    steps = {step.name: step for step in graph.steps}
    step = graph.steps[-1]
    module = graph.get_submodule(step.module or step.name)
    while isinstance(module, _PASSING) and step.inputs[0] in steps:
        step = steps[step.inputs[0]]
        module = graph.get_submodule(step.module or step.name)
    return module


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
