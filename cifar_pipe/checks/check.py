"""All checks over a pipeline, in the order of what they cost: text, types, wiring, data, shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cifar_pipe.catalog.images.data_facts import DataFacts, data_facts
from cifar_pipe.checks.static.data_flow import FactsOf, Flow, check_flow
from cifar_pipe.checks.static.layers import check_layers
from cifar_pipe.checks.static.output_paths import check_written
from cifar_pipe.checks.static.regression_targets import check_numbers
from cifar_pipe.compose.compose import compose
from cifar_pipe.compose.extends import read_file
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.suggest import nearest
from cifar_pipe.errors import UsageError
from cifar_pipe.pipeline.data_references import data_references, report_without_source, with_facts
from cifar_pipe.pipeline.document import Document
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.pipeline.stages import typed_document, typed_stages
from cifar_pipe.pipeline.wiring import wire
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.load_data.spec import LoadData

if TYPE_CHECKING:
    from cifar_pipe.checks.torch.shaped_network import ShapedNetwork

_TORCH = "torch, and no --no-shapes"


@dataclass(frozen=True, slots=True)
class Checked:
    """A pipeline without findings, and what the checks learned of it."""

    pipeline: Pipeline
    flows: Mapping[str, Flow] = field(default_factory=dict)
    networks: Mapping[str, ShapedNetwork] = field(default_factory=dict)


def read_pipeline(path: Path) -> bytes:
    """The file's content. Raises UsageError where it cannot be read."""
    try:
        return read_file(path)
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder, not a pipeline file") from None
    except (OSError, ValueError) as error:
        near = sorted(p.name for p in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
        # By what stands before the dot: all have the end in common.
        stems = {Path(name).stem: name for name in reversed(near)}
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"cannot read {path}: {reason}",
            help=f"did you mean `{path.with_name(stems[right])}`?"
            if (right := nearest(path.stem, stems))
            else (f"in {path.parent} there are {', '.join(near[:8])}" if near else ()),
        ) from None


def check(
    path: Path,
    overrides: Sequence[str],
    findings: Findings,
    *,
    facts_of: FactsOf | None = None,
    shapes: bool = True,
) -> Checked | None:
    """The checked pipeline, or None with the errors that stand against it.

    Whatever could be typed is checked, beside the stages that have errors; only the shapes that
    hang on an error wait until it is corrected. Without `shapes` nothing imports torch. Warnings are
    told of a pipeline without errors.
    """
    checked = None
    with findings.limited():
        checked = _checked(path, overrides, findings, facts_of=facts_of or declared, shapes=shapes)
    if findings:
        # What is meant by a pipeline shows when it is right: a misspelt name leaves one unused.
        findings.warnings.clear()
    return checked


def _checked(
    path: Path, overrides: Sequence[str], findings: Findings, *, facts_of: FactsOf, shapes: bool
) -> Checked | None:
    pipeline = typed(path, overrides, findings, facts_of=facts_of)
    if pipeline is None:
        return None
    check_written(pipeline, findings)
    tangled = check_layers(pipeline, findings)
    flows = check_flow(pipeline, facts_of, findings)
    check_numbers(pipeline, flows, findings)
    networks: Mapping[str, ShapedNetwork] = {}
    builders = [one for one in pipeline.stages if isinstance(one.spec, BuildModel)]
    if not shapes:
        for stage in builders:
            findings.unknown(
                f"the shapes of {stage.id} and what is trained with it", _TORCH, stage.id_span
            )
    elif builders:
        from cifar_pipe.checks.torch.networks import check_networks  # noqa: PLC0415 (torch)

        networks = check_networks(pipeline, flows, findings, tangled=tangled)
    return None if findings or pipeline.waits else Checked(pipeline, flows, networks)


def declared(stage: Stage, spec: LoadData) -> DataFacts:
    """What the pipeline alone says of a dataset."""
    del stage
    return data_facts(spec.dataset)


def typed(
    path: Path, overrides: Sequence[str], findings: Findings, *, facts_of: FactsOf = declared
) -> Pipeline | None:
    """Text, composition, types and wiring: all that needs no torch.

    With findings, the pipeline holds the stages that could be typed all the same; so it does where
    a `$data` reference is not known without looking at the data. None where the text cannot be read.
    """
    composition = compose(path, read_pipeline(path), overrides, findings)
    if composition is None:
        return None
    root = composition.root
    if data_references(root):
        root = with_facts(root, facts_of, findings)
    document = typed_document(root, findings)
    stages = wire(typed_stages(root, findings), findings, composition.removed)
    waits = bool(data_references(root))
    if waits and not findings and not findings.not_known:
        report_without_source(root, findings)
    if document is None:
        document = Document(version=1)
    return Pipeline(path, composition.written, root, document, stages, waits=waits)
