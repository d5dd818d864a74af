"""A run as TensorBoard shows it: `tensorboard --logdir runs`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PIL import Image

from cifar_pipe.trackers.tracker import Ending, TrackedRun


class TensorBoard:
    """Event files in trackers/tensorboard of the run directory, with the settings as hyperparameters."""

    def __init__(self, run: TrackedRun) -> None:
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415  an extra, slow to import

        self._run = run
        self._writer = SummaryWriter(str(run.folder / "tensorboard"), flush_secs=10)
        lines = [f"    {name}: {value}" for name, value in run.settings.items()]
        self._writer.add_text("settings", "\n".join(lines))

    def log(self, stage: str, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._writer.add_scalar(f"{stage}/{name}", value, step)

    def end(self, ending: Ending) -> None:
        plain = {
            name: value if isinstance(value, bool | int | float | str) else str(value)
            for name, value in self._run.settings.items()
        }
        # In the folder of the run, not in one of its own that is named after the time.
        self._writer.add_hparams(plain, dict(ending.metrics), run_name=".")
        for path in ending.pictures:
            name = path.relative_to(self._run.directory / "stages").with_suffix("").as_posix()
            with Image.open(path) as image:
                pixels = np.asarray(image.convert("RGB"))
            self._writer.add_image(name, pixels, dataformats="HWC")
        files = "\n".join(f"- {path.absolute()}" for path in ending.files)
        self._writer.add_text("files", f"{ending.status}\n\n{files}")
        self._writer.close()
