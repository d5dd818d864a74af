"""Every file of examples/ and pipelines/ runs as it is, except for its size.

What makes a run small is chosen from the pipeline itself: a handful of generated images instead
of a downloaded dataset, one epoch, a folder made for the test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import DataFacts, Images
from cifar_pipe.checks.check import typed
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.predict_folder.spec import PredictFolder
from cifar_pipe.stages.spec import StageSpec
from cifar_pipe.stages.train.spec import Train
from tests.conftest import ROOT, Done

Cli = Callable[..., Done]

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
FILES = [*EXAMPLES, *sorted((ROOT / "pipelines").glob("*.yaml"))]
# What `$data` references give here, where there are no data yet.
FACTS = DataFacts(Images(3, 32, 32), ("cat", "dog", "frog"), 3, 24, 12)
SMALL = "{type: Shapes, train: 40, test: 20}"


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def needs_its_packages(path: Path) -> None:
    if "type: timm" in path.read_text():
        pytest.importorskip("timm")


def stages(path: Path) -> dict[str, StageSpec]:
    findings = Findings()
    pipeline = typed(path, [], findings, facts_of=lambda *_: FACTS)
    assert pipeline is not None, findings.errors
    return {stage.id: stage.spec for stage in pipeline.stages}


def smaller(stage: str, spec: StageSpec, folder: Path) -> Iterator[str]:
    """Overrides that make a stage small and let everything else be what it is."""
    match spec:
        case LoadData():
            yield from (f"{stage}.dataset{change}" for change in smaller_data(spec.dataset, folder))
        case PredictFolder():
            yield f"{stage}.root={folder}"
        case Train(epochs=int()):
            yield f"{stage}.epochs=1"
        case Train(steps=int()):
            yield f"{stage}.steps=2"


def smaller_data(dataset: Component, folder: Path) -> list[str]:
    match dataset.name:
        case "Shapes":
            return [".train=40", ".test=20"]
        case "ImageFolder":
            return [f".root={folder}"]
        case "ImageTable":
            rows = [
                f"{path.relative_to(folder)},{path.parent.name}" for path in folder.rglob("*.png")
            ]
            (folder / "labels.csv").write_text("\n".join(["file,label", *rows]))
            return [f".file={folder / 'labels.csv'}"]
        case "Digits":
            pytest.importorskip("sklearn")
            return [".test_split=0.9"]
    return [f"={SMALL}"]


# A table, or the tutorial's sentence.
ACCURACY = r"^accuracy: [\d.]+ % of |^Accuracy of the network"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_it_validates_as_it_is(cli: Cli, path: Path) -> None:
    needs_its_packages(path)
    done = cli("validate", str(path))
    assert done.status == 0, done.err


@pytest.mark.parametrize("path", FILES, ids=name)
def test_it_runs_on_small_data(cli: Cli, path: Path, tmp_path: Path, image_folder: Path) -> None:
    needs_its_packages(path)
    declared = stages(path)
    changes = [
        change for stage, spec in declared.items() for change in smaller(stage, spec, image_folder)
    ]
    overrides = [word for change in changes for word in ("-S", change)]
    done = cli("run", str(path), "--run-dir", "run", *overrides)
    assert done.status == 0, done.err
    record = json.loads((tmp_path / "run/run.json").read_text())
    assert record["status"] == "done"
    assert list(record["stages"]) == list(declared)
    assert re.search(ACCURACY, done.out, re.MULTILINE)


@pytest.mark.parametrize("path", EXAMPLES, ids=name)
def test_an_example_opens_with_its_idea_and_its_command(path: Path) -> None:
    schema, *lines = path.read_text().splitlines()
    head = lines[: next(i for i, line in enumerate(lines) if not line.startswith("#"))]
    assert schema == "# yaml-language-server: $schema=../schemas/pipeline.schema.json"
    assert 3 <= len(head) <= 6
    assert len(lines) <= 30
    assert any(line.startswith(f"#   cifar-pipe run {name(path)}") for line in head)
