"""Makes a pipeline ready to run: all checks, with what a cheap look at the disk can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cifar_pipe.catalog.images.data_facts import DataFacts, data_facts
from cifar_pipe.checks.check import Checked, check
from cifar_pipe.checks.static.data_flow import FactsOf
from cifar_pipe.diagnostics.findings import Finding, Findings
from cifar_pipe.errors import RunError
from cifar_pipe.pipeline.document import COMPOSITION_KEYS
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.pipeline.spans import name_span
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.syntax.nodes import to_plain
from cifar_pipe.syntax.writer import to_yaml


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line may forbid."""

    stand_in_allowed: bool = True


@dataclass(frozen=True, slots=True)
class Prepared:
    """A pipeline that may run. `resolved` is its text after composition; it runs by itself."""

    pipeline: Pipeline
    resolved: str


def prepare(path: Path, overrides: Sequence[str], findings: Findings) -> Prepared | None:
    """The pipeline if no error stands against it, else None with the findings.

    Raises RunError where data that cannot be downloaded is missing or broken, or a file of weights.
    """
    # What the pipeline alone says comes first: data that is missing must not hide its mistakes.
    declared = Findings()
    if check(path, overrides, declared, shapes=False) is None and declared:
        check(path, overrides, findings)
        return None
    checked = check(path, overrides, findings, facts_of=probed)
    if checked is None:
        report_never_known(findings)
        return None
    check_weights(checked, findings, read=True)
    if findings:
        first = findings.sorted()[0]
        error = RunError(first.message, help=first.help or ())
        error.finding = first
        raise error
    return Prepared(checked.pipeline, resolved_text(checked.pipeline))


def check_weights(checked: Checked, findings: Findings, *, read: bool) -> None:
    """Reads the files of weights that the pipeline names; without `read` tells that they were not."""
    if checked.networks:
        from cifar_pipe.checks.torch.weights import check_files  # noqa: PLC0415 (torch)

        check_files(checked.pipeline, checked.networks, findings, read=read)


def report_never_known(findings: Findings) -> None:
    """A `$data` reference that is not known beside the data itself stands against the run."""
    if findings:
        return
    for one in list(findings.not_known):
        if one.span is not None and "$data" in one.check:
            findings.not_known.remove(one)
            findings.add(
                "reference",
                f"it is not known {one.check}: the images on disk differ in it",
                one.span,
                help="bring all images to one size with a Resize to [height, width], "
                "or write the value itself",
            )


def resolved_text(pipeline: Pipeline) -> str:
    plain = to_plain(pipeline.root)
    kept = {key: value for key, value in plain.items() if key not in COMPOSITION_KEYS}
    return to_yaml({**kept, "name": pipeline.name} if "name" not in kept else kept)


def probed(stage: Stage, spec: LoadData) -> DataFacts:
    """What the disk says of a dataset.

    Raises RunError, with the finding that tells where, where it is missing or broken.
    """
    from cifar_pipe.data.probe import probe  # noqa: PLC0415 (torch)

    try:
        return probe(spec)
    except RunError as error:
        help_ = "; ".join(error.help) or None
        at = name_span(spec.dataset.node, "root", stage.span("dataset"))
        error.finding = Finding("data", error.message, at, help=help_)
        raise


def probed_into(findings: Findings) -> FactsOf:
    """The same, with what is missing or broken added to the findings."""

    def facts_of(stage: Stage, spec: LoadData) -> DataFacts:
        try:
            return probed(stage, spec)
        except RunError as error:
            told = error.finding
            findings.add(told.code, told.message, told.span, help=told.help)
            return data_facts(spec.dataset)

    return facts_of
