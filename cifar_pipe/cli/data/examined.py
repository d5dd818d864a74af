"""From what a command line names to the diagnoses of its data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cifar_pipe.catalog.images.data_facts import dataset_facts
from cifar_pipe.checks.check import typed
from cifar_pipe.cli.findings import report_refusal
from cifar_pipe.context import Context
from cifar_pipe.data.datasets.folder import find_splits
from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.data.load import load
from cifar_pipe.data.thread_pool import Uninterrupted
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.doctor.accuracy import accuracy_without
from cifar_pipe.doctor.collection import Collection
from cifar_pipe.doctor.diagnose import Diagnosis, diagnose
from cifar_pipe.doctor.examine import examine_data, examine_files
from cifar_pipe.doctor.listing import as_loaded, list_folder
from cifar_pipe.errors import DataBroken, UsageError
from cifar_pipe.events import Events
from cifar_pipe.inference.find_run import find_run
from cifar_pipe.inference.run_network import load_run_network
from cifar_pipe.runner.device import choose
from cifar_pipe.runner.seeds import stage_seed
from cifar_pipe.stages.load_data.spec import LoadData

_FILES = (".yaml", ".yml", ".json")
_TESTED = "test"
_FOLDERS = "ImageFolder"


@dataclass(frozen=True, slots=True)
class Examined:
    """`accuracy` is that of a run's network, with and without leaks (`accuracy_without`)."""

    diagnosis: Diagnosis
    accuracy: dict[str, Any] | None = None


def examined(what: str, overrides: Sequence[str], events: Events, *, near: bool) -> list[Examined]:
    """`what` is a pipeline file, a folder of images, or a run directory or its name.

    Raises UsageError where it is none of these, RunError where the data is not to be had.
    """
    path = Path(what)
    if path.is_file() or path.suffix in _FILES or what == "-":
        return [*_of_pipeline(path, overrides, events, near=near)]
    if overrides:
        help_ = "-S changes a value of a pipeline file"
        raise UsageError(f"-S is given, and {what} is no pipeline file", help=help_)
    if path.is_dir() and not (path / "run.json").is_file():
        watch = Uninterrupted(events)
        collection = examine_files(list_folder(path), ImageReader(), watch)
        return [Examined(diagnose(collection, watch, near=near))]
    try:
        run = find_run(what)
    except UsageError as error:
        message = f"{what} is no pipeline file, no folder and no run"
        raise UsageError(
            message, help="name one of them; cifar-pipe runs lists the runs"
        ) from error
    return [_of_run(run, events, near=near)]


def _of_pipeline(
    path: Path, overrides: Sequence[str], events: Events, *, near: bool
) -> Iterator[Examined]:
    findings = Findings()
    pipeline = typed(path, overrides, findings)
    if pipeline is None or findings.errors:
        raise report_refusal(findings)
    specs = {one.id: one.spec for one in pipeline.stages if isinstance(one.spec, LoadData)}
    if not specs:
        raise UsageError(f"{path} has no stage load_data: there is no data to examine")
    for id_, spec in specs.items():
        context = _context(id_, pipeline.document.seed, Path(), events, stand_in_allowed=False)
        collection = _collection(spec, context)
        if len(specs) > 1:
            collection = replace(collection, name=f"{id_}, {collection.name}")
        yield Examined(diagnose(collection, context, near=near))


def _of_run(run: Path, events: Events, *, near: bool) -> Examined:
    events.note(f"run: {run}")
    device = choose("auto")
    trained = load_run_network(run, None, device, events)
    assert isinstance(trained.data, LoadData)
    context = _context("load_data", trained.pipeline.document.seed, run, events)
    data = load(trained.data, context)
    is_folder = all(split.files for split in data.splits.values())
    name = str(data.info["dataset"])
    collection = (
        _collection(trained.data, context) if is_folder else examine_data(data, name, context)
    )
    diagnosis = diagnose(collection, context, near=near)
    if data.num_classes is None:
        return Examined(diagnosis)
    leaked = diagnosis.leaked(_TESTED)
    using = trained.context(run, device, events)
    return Examined(diagnosis, accuracy_without(trained.network, data, _TESTED, leaked, using))


def _collection(spec: LoadData, context: Context) -> Collection:
    """The images of the splits as the pipeline has them, before its transforms."""
    facts = dataset_facts(spec.dataset)
    if facts.generated or facts.downloadable:
        data = load(spec.model_copy(update={"transforms": []}), context)
        return examine_data(data, spec.dataset.name, context)
    if spec.dataset.name != _FOLDERS:
        found = find_splits(spec, seed=context.seed)
        return examine_files(as_loaded(found), ImageReader.of(spec.dataset, found.content), context)
    root = Path(spec.dataset.get("root")).expanduser()
    try:
        found = find_splits(spec, seed=context.seed)
    except DataBroken as error:
        # All its faults are told at once.
        listing = replace(list_folder(root), refused=error.message)
    else:
        listing = as_loaded(found, list_folder(root).skipped)
    return examine_files(listing, ImageReader.of(spec.dataset), context)


def _context(
    stage: str, seed: int, folder: Path, events: Events, *, stand_in_allowed: bool = True
) -> Context:
    """For loading data as the runner does; nothing is written."""
    return Context(
        stage=stage,
        seed=stage_seed(seed, "load_data"),
        device="cpu",
        run_dir=folder,
        folder=folder,
        events=events,
        record=lambda _: None,
        check_signal=lambda: None,
        stand_in_allowed=stand_in_allowed,
    )
