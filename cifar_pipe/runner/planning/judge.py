"""Whether a stage runs, or its kept result is taken, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.runner.planning.selection import EVERYTHING, Selection
from cifar_pipe.runner.seeds import seed_of
from cifar_pipe.runner.store.keys import Description, default_of, description, key_of
from cifar_pipe.runner.store.reasons import first_difference
from cifar_pipe.runner.store.store import Damaged, Entry, Store

Action = Literal["run", "resume", "reuse", "skip"]
# By output and the id of the stage that gives it.
Digests = Mapping[tuple[str, str], str]

CHECKPOINTS = "*.ckpt"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`entry` is the kept result that is taken; `key` is None where what the result depends on is not
    known. `is_new` is true where the stage of this pipeline has never run, `asked_for` where the
    command line asks for it to be run anew, `needed` where it runs for what it gives alone.
    """

    action: Action
    reason: str
    key: str | None = None
    described: Description | None = None
    entry: Entry | None = None
    is_new: bool = False
    asked_for: bool = False
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Judge:
    """Of one pipeline; a `fresh` run resumes no training. `external` gives the digest of what a stage reads from outside of the pipeline:
    nothing where it reads nothing, None where it cannot be known before.
    """

    pipeline: Pipeline
    store: Store | None
    external: Callable[[Stage], str | None]
    selection: Selection = EVERYTHING
    keep_older: bool = False
    fresh: bool = False

    def verdict(self, stage: Stage, digests: Digests) -> Verdict:
        """`digests` are those of the outputs of the stages above, as far as they are known."""
        if by := self.selection.left_out_by(stage, self.pipeline):
            return Verdict("skip", by)
        asked_for = self.selection.asked_for_by(stage, self.pipeline)
        external = self.external(stage)
        unknown = next((pair for pair in stage.inputs.items() if pair not in digests), None)
        if unknown is not None:
            output, giver = unknown
            is_new = self.store is not None and not self.store.latest(self.pipeline.name, stage.id)
            reason = "it has not run before" if is_new else f"its {output} may change: {giver} runs"
            return Verdict("run", asked_for or reason, is_new=is_new, asked_for=bool(asked_for))
        described = self._described(stage, digests, external or "")
        key = key_of(described)
        run = Verdict("run", asked_for or "", key, described, asked_for=asked_for is not None)
        if external is None:
            known = replace(run, key=None, described=None)
            return replace(known, reason=asked_for or "what it reads is not complete on disk")
        if not stage.spec.KEPT:
            of_machine = "what it finds depends on the machine"
            why = "it writes into the run directory" if stage.spec.WRITES else of_machine
            return replace(run, reason=asked_for or why)
        if self.store is None:
            return run
        if asked_for is not None:
            return run
        return self._of_store(self.store, stage, run)

    def _of_store(self, store: Store, stage: Stage, run: Verdict) -> Verdict:
        assert run.key is not None
        assert run.described is not None
        try:
            entry = store.find(run.key)
        except Damaged as error:
            return replace(run, reason=f"its kept result is damaged: {error}")
        if entry is not None:
            return replace(run, action="reuse", reason=where_from(entry), entry=entry)
        older = self._older(store, run.described)
        if older is not None and self.keep_older:
            code = older.content["description"]["code"]
            reason = f"{where_from(older)}, made by older code of cifar-pipe ({code})"
            return replace(run, action="reuse", reason=reason, entry=older)
        if not self.fresh and (folder := checkpoints_of(store, run.key)):
            return replace(run, action="resume", reason=f"its checkpoints are in {folder}")
        before = store.latest(self.pipeline.name, stage.id)
        if before is None:
            return replace(run, reason="it has not run before", is_new=True)
        difference = first_difference(before, run.described, partial(default_of, stage.spec))
        if difference and older is not None:
            difference += "; --keep-older takes the result of the older code"
        return replace(run, reason=difference or "no result of it is kept")

    def _described(self, stage: Stage, digests: Digests, external: str) -> Description:
        document = self.pipeline.document
        return description(
            stage.type,
            stage.spec,
            seed=seed_of(stage, document.seed),
            inputs={output: digests[output, giver] for output, giver in stage.inputs.items()},
            runtime=document.runtime,
            external=external,
        )

    def _older(self, store: Store, described: Description) -> Entry | None:
        """The result of the newest older code of the stage, where one is kept."""
        for code in range(described["code"] - 1, 0, -1):
            try:
                if entry := store.find(key_of({**described, "code": code})):
                    return entry
            except Damaged:
                continue
        return None


def where_from(entry: Entry) -> str:
    """`runs/lenet/20261126-… (54.2 s on 2026-11-26)`."""
    made = entry.content
    return f"{made['run_dir']} ({made['seconds']:.1f} s on {made['created'][:10]})"


def checkpoints_of(store: Store, key: str) -> Path | None:
    """The folder with the checkpoints of an unfinished training, if there are some."""
    folder = store.checkpoints(key)
    return folder if folder is not None and any(folder.glob(CHECKPOINTS)) else None
