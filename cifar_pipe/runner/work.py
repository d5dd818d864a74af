"""The stages of one run, one after the other: reused or run, and what they give to each other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.events import Events
from cifar_pipe.files import remove_tree, write_bytes
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.profiling import timed
from cifar_pipe.runner.environment import versions
from cifar_pipe.runner.gaps import gaps
from cifar_pipe.runner.planning.judge import Judge, Verdict
from cifar_pipe.runner.planning.plan import given_digest, plan
from cifar_pipe.runner.rundir import RunDir
from cifar_pipe.runner.status import record_facts, record_stage, stage_status
from cifar_pipe.runner.store.outputs import Loader, digest, kept
from cifar_pipe.runner.store.said import Recorder, replay
from cifar_pipe.runner.store.store import FILES, Damaged, Entry, Store
from cifar_pipe.runner.store.trainings import LAST, Trainings
from cifar_pipe.stages.spec import StageCode

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Finished:
    """A stage that has run: what it gave, with the digests, and what it said."""

    stage: Stage
    context: Context
    lines: Sequence[Sequence[str]]
    given: Mapping[str, Any]
    digests: Mapping[str, str]
    seconds: float


class _Changed(Exception):  # noqa: N818
    """A stage was run again for what it gives, and gave something else than its kept result says."""


@dataclass
class Work:
    """`context` makes what a stage's code is given; `code_of` imports the code."""

    judge: Judge
    directory: RunDir
    events: Events
    context: Callable[..., Context]
    code_of: Callable[[Stage], StageCode]
    device: str
    # What stages gave, by output and stage: the values that are at hand, and the digests of all.
    _values: dict[Pair, Any] = field(default_factory=dict)
    _digests: dict[Pair, str] = field(default_factory=dict)
    _entries: dict[str, Entry] = field(default_factory=dict)

    @property
    def _store(self) -> Store | None:
        return self.judge.store

    @property
    def _environment(self) -> dict[str, Any]:
        return {"versions": versions(), "device": self.device}

    def run_stages(self) -> None:
        """Raises what the code of a stage raises."""
        while True:
            try:
                self._run_stages()
            except _Changed:
                # The stages below are judged anew; what was made is kept.
                self._values, self._digests, self._entries = {}, {}, {}
            else:
                return

    def _run_stages(self) -> None:
        with timed("look for what is kept"):
            planned = plan(self.judge)
        self.directory.clear_rows()
        stages = self.judge.pipeline.stages
        for position, stage in enumerate(stages, 1):
            before = planned[stage.id]
            verdict = self.judge.verdict(stage, self._digests)
            if verdict.action == "skip":
                record_stage(self.directory, stage, "skipped", verdict.reason)
            elif verdict.entry is not None and (before.action, before.key) != ("run", verdict.key):
                self._reuse(stage, verdict, verdict.entry)
            else:
                self._run(stage, before if verdict.entry is not None else verdict)
            needed = {pair for later in stages[position:] for pair in later.inputs.items()}
            self._values = {pair: one for pair, one in self._values.items() if pair in needed}
        self._compare()

    def _compare(self) -> None:
        """Says what only several stages together show."""
        metrics = self.directory.state.get("metrics", {})
        for one in gaps(self.judge.pipeline, metrics):
            context = self.context(self.judge.pipeline.stage(one.stage), events=self.events)
            context.warn(one.message, help=one.help, overrides=one.overrides)
            record_facts(self.directory, self.judge.pipeline.stage(one.stage), context.facts)

    def _reuse(self, stage: Stage, verdict: Verdict, entry: Entry) -> None:
        started = time.monotonic()
        try:
            files = {name: entry.read(f"{FILES}/{name}") for name in entry.file_names(FILES)}
        except Damaged as error:
            self._run(stage, self._without(verdict, entry, error))
            return
        folder = self.directory.folder(stage.id)
        for name, content in files.items():
            write_bytes(folder / name, content)
        own = entry.content["run_dir"] == str(self.directory.path)
        reason = "done before this run was stopped" if own else f"from {verdict.reason}"
        seconds = round(time.monotonic() - started, 3)
        record_stage(
            self.directory,
            stage,
            "reused",
            reason,
            seconds=seconds,
            computed_in=entry.content["seconds"],
            key=verdict.key,
        )
        made_with = _environment(entry.content["environment"], self._environment)
        self.events.note(f"{stage.id}  {'' if own else 'reused '}{reason}{made_with}")
        replay(entry.content["said"], self.events)
        facts = entry.content["facts"]
        record_facts(self.directory, stage, facts)
        outputs = entry.content["outputs"]
        if "history" in outputs:
            rows = outputs["history"]["value"]["rows"]
            self.directory.replace_rows(stage.id, [{**row, "stage": stage.id} for row in rows])
        self._entries[stage.id] = entry
        self._digests |= {(name, stage.id): one["digest"] for name, one in outputs.items()}
        self._remember(stage, verdict)

    def _run(self, stage: Stage, verdict: Verdict) -> None:
        inputs: dict[str, Any] = {
            output: self._value(output, giver) for output, giver in stage.inputs.items()
        }
        silent = verdict.is_new or verdict.needed or verdict.action == "resume"
        if self._store and stage.spec.KEPT and not silent:
            self.events.note(f"{stage.id}  runs: {verdict.reason}")
        self._remember(stage, verdict)
        trainings = Trainings(self._store, self.directory, self.judge.fresh)
        recorder = Recorder(self.events)
        if verdict.action == "run":
            # Of an earlier attempt.
            remove_tree(self.directory.folder(stage.id))
        more = trainings.begin(stage, verdict, self.events)
        context = self.context(stage, events=recorder, **more)
        started = time.monotonic()
        reason = "" if verdict.is_new or not stage.spec.KEPT else verdict.reason
        status = stage_status(self.directory, stage, reason, verdict.key)
        with timed(stage.id, is_stage=True), status:
            given = self.code_of(stage).run(stage.spec, inputs, context)
        seconds = round(time.monotonic() - started, 3)
        record_facts(self.directory, stage, context.facts)
        self._values |= {(output, stage.id): value for output, value in given.items()}
        if self._store is None:
            return
        with timed("checksums of results"):
            digests = self._digests_of(stage, verdict, given)
        self._digests |= {(output, stage.id): one for output, one in digests.items()}
        if verdict.key is not None and stage.spec.KEPT:
            done = _Finished(stage, context, recorder.lines, given, digests, seconds)
            with timed("keep results"):
                content, files = self._kept(done, trainings)
                self._store.add(verdict.key, {"description": verdict.described, **content}, files)
            trainings.finish(stage, verdict)

    def _digests_of(
        self, stage: Stage, verdict: Verdict, given: Mapping[str, Any]
    ) -> dict[str, str]:
        if verdict.key is not None and not stage.spec.KEPT:
            return {output: given_digest(verdict.key, output) for output in given}
        return {output: digest(output, value) for output, value in given.items()}

    def _value(self, output: str, giver: str) -> Any:
        """What the stage gave: at hand, from its kept result, or made again."""
        pair = output, giver
        if pair in self._values:
            return self._values[pair]
        pipeline = self.judge.pipeline
        stage, entry = pipeline.stage(giver), self._entries.pop(giver)
        described = entry.content["description"]
        verdict = Verdict("run", f"its {output} is needed", entry.key, described, needed=True)
        if entry.has(output):
            try:
                value = Loader(pipeline, self.device).load(output, stage, entry)
            except Damaged as error:
                verdict = self._without(verdict, entry, error)
            else:
                self._entries[giver] = entry
                self._values[pair] = value
                return value
        expected = self._digests[pair]
        self._run(stage, verdict)
        if self._digests[pair] != expected:
            raise _Changed
        return self._values[pair]

    def _without(self, verdict: Verdict, entry: Entry, error: Damaged) -> Verdict:
        """Sets a damaged result aside; the verdict is then to run."""
        assert self._store is not None
        aside = self._store.set_aside(entry.key)
        self.events.warn(f"{error}; it is set aside as {aside} and made again")
        return replace(verdict, action="run", reason="its kept result is damaged", entry=None)

    def _remember(self, stage: Stage, verdict: Verdict) -> None:
        if self._store is not None and verdict.described is not None:
            self._store.set_latest(self.judge.pipeline.name, stage.id, verdict.described)

    def _kept(
        self, done: _Finished, trainings: Trainings
    ) -> tuple[dict[str, Any], dict[str, bytes | Path]]:
        """What an entry says of the stage, and its files."""
        values, contents = kept(done.stage, done.given)
        files: dict[str, bytes | Path] = {**contents}
        if last := trainings.last(done.stage):
            files[LAST] = last
        folder = done.context.folder
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                files[f"{FILES}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
        content = {
            "pipeline": self.judge.pipeline.name,
            "stage": done.stage.id,
            "created": datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
            "seconds": done.seconds,
            "run_dir": str(self.directory.path),
            "environment": self._environment,
            "facts": done.context.facts,
            "said": done.lines,
            "outputs": {
                name: {"digest": one, "value": values.get(name)}
                for name, one in done.digests.items()
            },
        }
        return content, files


def _environment(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What may round otherwise than here, in words: a result is taken all the same."""
    differs = []
    if then["versions"].get("torch") != now["versions"].get("torch"):
        differs.append(f"torch {then['versions'].get('torch')}")
    if then["device"] != now["device"]:
        differs.append(str(then["device"]))
    return f", made with {' on '.join(differs)}" if differs else ""
