"""Shows what the network takes the same few images for, as the training goes."""

from __future__ import annotations

from cifar_pipe.files import write_bytes, write_json
from cifar_pipe.report.pictures import predicted_row
from cifar_pipe.training.callbacks.callback import Callback, State, View


class SamplePredictions(Callback):
    """Draws the same `count` images of the split after every so many epochs, as epoch_0001.png: the
    classes take turns.
    """

    def __init__(self, split: str | None = None, count: int = 8, every: int = 1) -> None:
        self._split = split
        self._count = count
        self._every = every

    def begin(self, view: View) -> None:
        self._view = view
        if self._split is None:
            self._split = next(one for one in ("val", "test", "train") if one in view.splits)

    def after_epoch(self, state: State) -> None:
        if state.epoch % self._every:
            return
        assert self._split is not None
        found = self._view.predict(self._split, self._count)
        name = f"epoch_{state.epoch:04d}"
        write_bytes(self._view.folder / f"{name}.png", predicted_row(found))
        facts = {"epoch": state.epoch, "split": self._split, "images": found.rows()}
        write_json(self._view.folder / f"{name}.json", facts)
