"""Which stages the command line asks for: --from, --until, --only, --force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cifar_pipe.diagnostics.suggest import did_you_mean
from cifar_pipe.errors import UsageError
from cifar_pipe.pipeline.pipeline import Pipeline, Stage

# Not the id of a stage.
ALL = "*"


@dataclass(frozen=True, slots=True)
class Selection:
    """Ids of stages; `force` may be ALL.

    `start` is run anew, and all stages after it. `until` is the last one. Of `only`, which is run anew,
    what it needs from others is taken where it is kept, and made where it is not.
    """

    start: str | None = None
    until: str | None = None
    only: str | None = None
    force: str | None = None

    def check(self, pipeline: Pipeline) -> None:
        """Raises UsageError for an id that is not the pipeline's, and for options that exclude others."""
        named = {"--from": self.start, "--until": self.until, "--only": self.only}
        if self.force != ALL:
            named["--force"] = self.force
        ids = [stage.id for stage in pipeline.stages]
        for option, given in named.items():
            if given is not None and given not in ids:
                help_ = did_you_mean(given, ids) or f"the stages are {', '.join(ids)}"
                raise UsageError(f"{option}: there is no stage {given}", help=help_)
        if self.only is not None and (self.start, self.until) != (None, None):
            other = "--from" if self.start is not None else "--until"
            raise UsageError(f"--only excludes {other}", help="leave one of them out")
        if self.start is not None and self.until is not None:
            first, last = ids.index(self.start), ids.index(self.until)
            if first > last:
                message = f"--from {self.start} comes after --until {self.until}"
                raise UsageError(message, help=f"the stages are {', '.join(ids)}")

    def asked_for_by(self, stage: Stage, pipeline: Pipeline) -> str | None:
        """The option that asks for the stage to be run anew, as it was written."""
        ids = [one.id for one in pipeline.stages]
        if self.force is not None and self.force in (ALL, stage.id):
            return "--force" if self.force == ALL else f"--force {stage.id}"
        if self.only == stage.id:
            return f"--only {stage.id}"
        if self.start is not None and ids.index(stage.id) >= ids.index(self.start):
            return f"--from {self.start}"
        return None

    def left_out_by(self, stage: Stage, pipeline: Pipeline) -> str | None:
        """The option that leaves the stage out."""
        ids = [one.id for one in pipeline.stages]
        if self.until is not None and ids.index(stage.id) > ids.index(self.until):
            return f"--until {self.until}"
        if self.only is not None and stage.id not in _with_givers(pipeline, self.only):
            return f"--only {self.only}"
        return None


def _with_givers(pipeline: Pipeline, stage_id: str) -> set[str]:
    """The stage and all that it takes something from, directly or not."""

    def above(one: str) -> Iterator[str]:
        yield one
        for giver in pipeline.stage(one).inputs.values():
            yield from above(giver)

    return {*above(stage_id)}


EVERYTHING = Selection()
