"""A run of Weights & Biases."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

from cifar_pipe.trackers.tracker import Ending, TrackedRun


class WandB:
    """Offline, it writes trackers/wandb of the run directory, which `wandb sync` sends; online, it needs a
    key that `wandb login` has kept, and never asks for one.
    """

    def __init__(
        self,
        run: TrackedRun,
        *,
        project: str | None = None,
        mode: Literal["offline", "online"] = "offline",
    ) -> None:
        # It prints warnings of its own otherwise, whatever the settings of a run say.
        os.environ.setdefault("WANDB_SILENT", "true")
        import wandb  # noqa: PLC0415  an extra, slow to import

        if mode == "online" and not wandb.login(prompt=False):
            raise PermissionError("it has no key: `wandb login` keeps one, or write mode: offline")
        # Nothing is printed, and neither code nor what the terminal shows is sent.
        quiet = wandb.Settings(
            silent=True, console="off", disable_git=True, disable_code=True, save_code=False
        )
        self._wandb = wandb
        self._directory = run.directory
        self._stages: set[str] = set()
        self._run = wandb.init(
            project=project or run.name,
            name=run.directory.absolute().name,
            dir=str(run.folder),
            mode=mode,
            config=dict(run.settings),
            settings=quiet,
            reinit="create_new",
        )

    def log(self, stage: str, step: int, values: Mapping[str, float]) -> None:
        if stage not in self._stages:
            # Each stage counts its own steps: those of a run may only rise.
            self._stages.add(stage)
            self._run.define_metric(f"{stage}/*", step_metric=f"{stage}/step")
        rows = {f"{stage}/{name}": value for name, value in values.items()}
        self._run.log({**rows, f"{stage}/step": step})

    def end(self, ending: Ending) -> None:
        self._run.summary.update(dict(ending.metrics))
        stages = self._directory / "stages"
        pictures = {
            path.relative_to(stages).with_suffix("").as_posix(): self._wandb.Image(str(path))
            for path in ending.pictures
        }
        if pictures:
            self._run.log(pictures)
        for path in ending.files:
            self._run.save(path, base_path=self._directory, policy="now")
        self._run.finish(exit_code=0 if ending.status == "done" else 1)
