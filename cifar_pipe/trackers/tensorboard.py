"""A run as TensorBoard shows it: `tensorboard --logdir runs`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from cifar_pipe.trackers.tracker import Ending, TrackedRun


class TensorBoard:
    """Event files in trackers/tensorboard of the run directory, with the settings as hyperparameters."""

    def __init__(self, run: TrackedRun) -> None:
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415  an extra, slow to import

        self._run = run
        self._step = 0
        self._writer = SummaryWriter(str(run.folder / "tensorboard"), flush_secs=10)
        self._writer.add_text("settings", _table("setting", run.settings))

    def log(self, stage: str, step: int, values: Mapping[str, float]) -> None:
        self._step = max(self._step, step)
        for name, value in values.items():
            self._writer.add_scalar(f"{stage}/{name}", value, step)

    def end(self, ending: Ending) -> None:
        # Lists as long as a network's layers, and numbers of each class, are nothing to sort runs by.
        settings = {
            name: value
            for name, value in self._run.settings.items()
            if not (isinstance(value, str) and value.startswith(("[", "{")))
        }
        metrics = {name: value for name, value in ending.metrics.items() if name.count("/") == 1}
        # In the folder of the run, not in one of its own that is named after the time.
        self._writer.add_hparams(settings, metrics, run_name=".", global_step=self._step)
        self._writer.add_text("metrics", _table("metric", ending.metrics), self._step)
        for path in ending.pictures:
            name = path.relative_to(self._run.directory / "stages").with_suffix("").as_posix()
            with Image.open(path) as image:
                pixels = np.asarray(image.convert("RGB"))
            self._writer.add_image(name, pixels, self._step, dataformats="HWC")
        files = "\n".join(f"- {path.absolute()}" for path in ending.files)
        self._writer.add_text("files", f"{ending.status}\n\n{files}", self._step)
        self._writer.close()


def _table(head: str, rows: Mapping[str, Any]) -> str:
    """In Markdown, as code: nothing in it is markup."""
    lines = [f"| `{_code(name)}` | `{_code(value)}` |" for name, value in rows.items()]
    return "\n".join([f"| {head} | value |", "|---|---|", *lines])


def _code(value: Any) -> str:
    return str(value).replace("`", "'").replace("|", "\\|")
