"""Makes a pipeline ready to run: all checks, with what a cheap look at the disk shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cifar_pipe.catalog.images.data_facts import DataFacts, data_facts
from cifar_pipe.checks.check import (
    PipelineCheck,
    keep_warnings_of_sound_pipelines,
    report_causes,
)
from cifar_pipe.checks.context import CheckContext, CheckOptions
from cifar_pipe.checks.data_flow import FactsOf, declared
from cifar_pipe.diagnostics.findings import DATA_REFERENCE, MODEL_REFERENCE, Finding, Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.errors import DataError, RunError
from cifar_pipe.events import Events
from cifar_pipe.pipeline.assembly import PipelineText, assemble
from cifar_pipe.pipeline.document import COMPOSITION_KEYS
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.pipeline.read_paths import beside_the_file, with_absolute_paths
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.syntax.nodes import to_plain
from cifar_pipe.syntax.writer import to_yaml


@dataclass(frozen=True, slots=True)
class Prepared:
    """A pipeline that may run. `resolved` is its text after composition; it runs by itself, from any
    directory. `checked` is what the checks have found out about its data and its networks, and
    `overrides` are those of the command, and a seed's own.
    """

    pipeline: Pipeline
    resolved: str
    checked: CheckContext
    overrides: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Of the whole pipeline, with its seed: a run that did not end is found by it."""
        plain = {**to_plain(self.pipeline.root), "seed": self.pipeline.document.seed}
        return run_key(_whole(self.pipeline, plain))

    def with_seed(self, seed: int) -> Prepared:
        """The same with another seed, on which no check depends."""
        document = self.pipeline.document.model_copy(update={"seed": seed})
        pipeline = replace(self.pipeline, document=document)
        text = _standalone_text(pipeline, seed=seed)
        overrides = (*self.overrides, f"seed={seed}")
        return replace(self, pipeline=pipeline, resolved=text, overrides=overrides)


def run_key(resolved: Mapping[str, Any]) -> str:
    """Of a pipeline after composition: neither comments nor the order of keys change it."""
    # The stages run in their order.
    text = json.dumps([resolved, [*resolved.get("stages", ())]], sort_keys=True, default=str)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def prepare(
    path: Path | PipelineText, overrides: Sequence[str], findings: Findings
) -> Prepared | None:
    """The pipeline if it has no errors, else None with the findings.

    Raises RunError where data that cannot be downloaded is missing or broken, or a file of weights.
    """
    checks = assembly = None
    options = CheckOptions(read_weights=True)
    with findings.limited():
        if assembly := assemble(path, overrides, findings):
            # What the pipeline alone says comes first: data that is missing must not hide its errors.
            checks = PipelineCheck(assembly, findings, declared, options)
            if not findings:
                checks.check_static(probed)
            checks.check_torch()
    keep_warnings_of_sound_pipelines(findings)
    if assembly:
        report_causes(assembly, findings, options)
    if checks is None or not checks.passed:
        report_never_known(findings)
        return None
    checks.check_last()
    if findings:
        first = findings.sorted()[0]
        error = RunError(first.message, help=first.help or ())
        error.finding = first
        raise error
    text = _standalone_text(checks.pipeline)
    return Prepared(checks.pipeline, text, checks.context, tuple(overrides))


def report_never_known(findings: Findings) -> None:
    """Makes an error of a `$data` reference that is not known beside the data itself."""
    if findings:
        return
    size = "bring all images to one size with a Resize to [height, width]"
    for one in list(findings.not_known):
        if one.span is not None and one.kind == MODEL_REFERENCE:
            findings.not_known.remove(one)
            message = f"it is not known {one.check}: that takes {one.needs}"
            findings.add("reference", message, one.span)
            return
        if one.span is not None and one.kind == DATA_REFERENCE:
            findings.not_known.remove(one)
            message = f"it is not known {one.check}: the images on disk differ in it"
            findings.add("reference", message, one.span, help=f"{size}, or write the value itself")


def resolved_text(pipeline: Pipeline) -> str:
    """The pipeline after composition as YAML."""
    return to_yaml(_whole(pipeline, to_plain(pipeline.root)))


def _standalone_text(pipeline: Pipeline, **changes: object) -> str:
    """The same, with absolute paths to what it reads, and other values of keys at its top level."""
    return to_yaml(_whole(pipeline, {**with_absolute_paths(pipeline), **changes}))


def _whole(pipeline: Pipeline, plain: dict[str, object]) -> dict[str, object]:
    kept = {key: value for key, value in plain.items() if key not in COMPOSITION_KEYS}
    return {**kept, "name": kept.get("name", pipeline.name)}


def probed(stage: Stage, spec: LoadData, *, events: Events | None = None) -> DataFacts:
    """What the disk says of a dataset; with events, what reading all of it shows.

    Raises RunError, with the finding and its place, where it is missing or broken.
    """
    from cifar_pipe.data.probe import probe  # noqa: PLC0415 (torch)
    from cifar_pipe.data.thread_pool import Uninterrupted  # noqa: PLC0415 (torch)

    try:
        return probe(spec, None if events is None else Uninterrupted(events))
    except RunError as error:
        setting = error.setting if isinstance(error, DataError) else ("dataset", "root")
        at = stage.locate(*setting)
        help_ = "; ".join((*_beside_the_file(spec, at), *error.help)).replace("?; ", "? ") or None
        error.finding = Finding("data", error.message, at, error.notes, help_)
        raise


def _beside_the_file(spec: LoadData, at: Span) -> Iterator[str]:
    """Where what is read is not in the current directory, and is beside the pipeline's file."""
    for name, arg in spec.dataset.entry.args.items():
        path = spec.dataset.given.get(name)
        if arg.reads and isinstance(path, str) and (help_ := beside_the_file(name, path, at)):
            yield help_


def probed_into(
    findings: Findings,
    events: Events | None = None,
    remarks: dict[str, Sequence[str]] | None = None,
) -> FactsOf:
    """The same, with what is missing or broken added to the findings; `remarks` gets the lines on what
    was found, by the id of each stage.
    """

    def facts_of(stage: Stage, spec: LoadData) -> DataFacts:
        try:
            facts = probed(stage, spec, events=events)
        except RunError as error:
            found = error.finding
            findings.add(found.code, found.message, found.span, notes=found.notes, help=found.help)
            return data_facts(spec.dataset, spec.fold)
        if remarks is not None and facts.remarks:
            remarks[stage.id] = facts.remarks
        return facts

    return facts_of
