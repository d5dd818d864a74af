"""The callbacks of one training together."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.torch.build import build
from cifar_pipe.context import Context
from cifar_pipe.errors import Interrupted
from cifar_pipe.files import write_text
from cifar_pipe.training.callbacks.callback import Callback, State, View
from cifar_pipe.training.random_state import seeded

Answer = str | None


def is_plain(value: object) -> bool:
    """Whether torch.load takes it with `weights_only`: numbers, texts, tensors, and lists, tuples and
    dicts of these.
    """
    if isinstance(value, dict):
        return all(is_plain(one) for pair in value.items() for one in pair)
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return type(value) in (int, float, str, bool, type(None), Tensor)


class Callbacks:
    """Asks them in the order in which they are written.

    A callback that raises is not worth a training: a warning names it, its traceback is in the
    stage's folder, and it is not asked again. Whatever random numbers they draw, the training draws its own.
    """

    def __init__(self, components: Sequence[Component], context: Context) -> None:
        self._context = context
        self._all: list[tuple[str, Callback]] = [(one.name, build(one)) for one in components]
        self._failed: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._all)

    @property
    def sees_steps(self) -> bool:
        """Whether one of them is asked after each step; most are not, which costs nothing."""
        return any(
            getattr(type(one), "after_step", None) not in (None, Callback.after_step)
            for _, one in self._all
        )

    def begin(self, view: View) -> None:
        def with_folder(name: str) -> View:
            folder = view.folder / name
            folder.mkdir(parents=True, exist_ok=True)
            return replace(view, folder=folder)

        self._ask(lambda one, name: one.begin(with_folder(name)), "begin")

    def after_step(self, state: State) -> Answer:
        return self._ask(lambda one, _: one.after_step(state), "after_step")

    def between_steps(self, state: State) -> Answer:
        return self._ask(lambda one, _: one.between_steps(state), "between_steps")

    def after_epoch(self, state: State) -> Answer:
        return self._ask(lambda one, _: one.after_epoch(state), "after_epoch")

    def state_dict(self) -> dict[str, Any]:
        states = [self._state_of(index) for index in range(len(self._all))]
        return {"states": states, "failed": sorted(self._failed)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self._failed = {*state["failed"]}
        for index, its_state in enumerate(state["states"]):
            name, one = self._all[index]
            if its_state:
                try:
                    one.load_state_dict(its_state)
                except Exception as error:  # noqa: BLE001  whatever somebody's callback does
                    self._report(index, name, "load_state_dict", error)

    def _state_of(self, index: int) -> dict[str, Any]:
        name, one = self._all[index]
        if index in self._failed or not hasattr(one, "state_dict"):
            return {}
        try:
            state = one.state_dict()
            # A checkpoint that cannot be read back would be worse than none.
            if not is_plain(state):
                raise TypeError("state_dict gives what a checkpoint cannot hold")  # noqa: TRY301
        except Exception as error:  # noqa: BLE001  whatever somebody's callback does
            self._report(index, name, "state_dict", error)
            return {}
        return state

    def _ask(self, question: Callable[[Callback, str], Answer], method: str) -> Answer:
        """Asks each, also when one has an answer: they may count."""
        with seeded(self._context):
            answers = list(self._answers(question, method))
        return answers[0] if answers else None

    def _answers(self, question: Callable[[Callback, str], Answer], method: str) -> Iterator[str]:
        for index, (name, one) in enumerate(self._all):
            if index in self._failed or not hasattr(one, method):
                continue
            try:
                answer = question(one, name)
                if not isinstance(answer, str | None):
                    kind = type(answer).__name__
                    raise TypeError(f"{method} gives a text, or None, and not {kind}")  # noqa: TRY301
            except Interrupted:
                raise
            except Exception as error:  # noqa: BLE001  whatever somebody's callback does
                self._report(index, name, method, error)
            else:
                if answer:
                    yield answer

    def _report(self, index: int, name: str, method: str, error: Exception) -> None:
        self._failed.add(index)
        file = f"{name}_failed.txt"
        write_text(self._context.folder / file, "".join(traceback.format_exception(error)))
        said = f"{type(error).__name__}: {error}".rstrip(": ")
        self._context.warn(
            f"the callback {name} failed in {method} and is left out from there on: {said}",
            help=f"the traceback is in stages/{self._context.stage}/{file}",
        )
