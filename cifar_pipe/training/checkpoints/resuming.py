"""Where a training begins: at its first step, or where a checkpoint has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cifar_pipe.training.checkpoints.checkpoint import Checkpoint, Maker, Part
from cifar_pipe.training.checkpoints.folder import CheckpointFolder, readable
from cifar_pipe.training.checkpoints.saving import Saving
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training.optimization.scheduler_steps import follows_length
from cifar_pipe.training.progress.reached import Reached
from cifar_pipe.training.threads import Threads


@dataclass(frozen=True, slots=True)
class _Found:
    """`is_own`: of this very training, and not of a shorter one."""

    path: Path
    checkpoint: Checkpoint
    is_own: bool


class Beginning:
    """The newest checkpoint of the training's key that is whole, else the end of the shorter training
    that its context names, else its first step.
    """

    def __init__(self, job: TrainingJob) -> None:
        self._job = job
        path, events = job.context.checkpoints, job.context.events
        self._folder = CheckpointFolder(path, events) if path is not None else None
        self._found = self._own() or self._shorter()

    def threads(self, chosen: Threads) -> Threads:
        """Those of the checkpoint where both compute on the CPU, so that they round alike."""
        if self._found is None:
            return chosen
        maker, context = self._found.checkpoint.maker, self._job.context
        if not context.device == maker.device == "cpu":
            return chosen
        if context.threads not in (None, maker.threads):
            context.events.note(
                f"threads: {maker.threads} as until now, not {context.threads}: another number would "
                "round differently"
            )
        return Threads(maker.threads, maker.onednn)

    @property
    def engine(self) -> str | None:
        """That of the checkpoint, whose results are rounded as it does."""
        return self._found.checkpoint.maker.engine if self._found is not None else None

    def begin(self, parts: Mapping[str, Part], reached: Reached, maker: Maker) -> Saving:
        """Brings the parts, `reached` among them, to that state, and says so; gives what saves them."""
        # What it holds is as large as the training's own state.
        job, found, self._found = self._job, self._found, None
        if found is not None:
            found.checkpoint.restore(parts)
            self._announce(found, reached, maker)
            if not found.is_own:
                job.context.take_files()
        job.context.replace_rows(reached.rows)
        key, interval = job.context.key, job.settings.checkpoint
        saving = Saving(
            self._folder, interval, lambda: Checkpoint.of(key, maker, parts), job.network, reached
        )
        if found is not None and found.is_own:
            saving.adopt(found.path)
        elif found is not None:
            # There may be nothing left to do after which it would be saved.
            saving.save()
        return saving

    def _own(self) -> _Found | None:
        for path, payload in self._folder.found() if self._folder is not None else ():
            checkpoint = Checkpoint.from_bytes(payload, key=self._job.context.key)
            if checkpoint is not None:
                return _Found(path, checkpoint, is_own=True)
        return None

    def _shorter(self) -> _Found | None:
        path, events = self._job.context.continues, self._job.context.events
        if path is None:
            return None
        if name := follows_length(self._job.settings.scheduler):
            events.note(
                f"starting over, not continuing the shorter training: {name} spreads the "
                "learning rates over the whole length"
            )
            return None
        payload = readable(path, events, set_aside=False)
        checkpoint = Checkpoint.from_bytes(payload) if payload is not None else None
        if checkpoint is None:
            events.note("starting over: the end of the shorter training cannot be used")
            return None
        return _Found(path, checkpoint, is_own=False)

    def _announce(self, found: _Found, reached: Reached, maker: Maker) -> None:
        context = self._job.context
        where = context.facts["resumed"] = reached.in_words(self._job.length)
        what = "resuming" if found.is_own else "continuing the shorter training"
        context.events.note(f"{what} at {where}")
        if differences := maker.differences(found.checkpoint.maker):
            context.events.note(
                f"the checkpoint was made with {', '.join(differences)}: what follows may be rounded "
                "differently than in an uninterrupted run"
            )
