"""Components of other packages, installed as pip leaves them: a module and its entry points."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.catalog.core import lookup, packages, plugins
from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.entry import KINDS
from cifar_pipe.catalog.core.lookup import entries_of, find, names_of, refused
from cifar_pipe.checks.check import typed
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.manual.explain import explain
from cifar_pipe.runner.store.keys import description
from cifar_pipe.schema.components import component_schema
from cifar_pipe.schema.document import json_schema
from cifar_pipe.stages import registry
from tests.conftest import ROOT, Done

EXAMPLE = ROOT / "examples" / "plugin"
ROWS = """
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import CallbackFacts, LossFacts
from cifar_pipe.catalog.core.types import PositiveInt

GOOD = Entry("callback", "Good", "Does nothing.", "rows:Good", facts=CallbackFacts())
SGD = Entry("optimizer", "SGD", "Not ours.", "rows:SGD")
WRONG_FACTS = Entry("callback", "WrongFacts", "", "rows:Good")
NUMBER = 3
"""
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Writes a package with its entry points, as they stand in pyproject.toml, where Python looks."""
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(str(site))

    def write(name: str, entry_points: str, **modules: str) -> None:
        info = site / f"{name}-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        (info / "entry_points.txt").write_text(entry_points)
        for module, text in modules.items():
            (site / f"{module}.py").write_text(text)
        forget()

    def forget() -> None:
        plugins.forget()
        packages.forget()
        registry.forget()
        lookup._model.cache_clear()

    yield write
    for module in [one for one in sys.modules if one.partition(".")[0] in ("rows", "broken")]:
        del sys.modules[module]
    forget()


def offered() -> dict[str, dict[str, str]]:
    """What the example offers: by group, the address of each name."""
    import tomllib

    text = (EXAMPLE / "pyproject.toml").read_text()
    groups: dict[str, dict[str, str]] = tomllib.loads(text)["project"]["entry-points"]
    return groups


@pytest.fixture
def example(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(
        f"[{group}]\n" + "\n".join(f"{name} = {value}" for name, value in points.items())
        for group, points in offered().items()
    )
    monkeypatch.syspath_prepend(str(EXAMPLE))
    install("cifar-pipe-example", text)


PIPELINE = """\
version: 1
stages:
  load_data:
    dataset: {type: Shapes, train: 40, test: 8}
    validation_split: 0.2
    transforms: [ToTensor]
    batch_size: 8
  build_model: {layers: [Flatten, {type: Scale, start: 0.5}, {type: Linear, out_features: 10}]}
  train:
    epochs: 3
    loss: CrossEntropyLoss
    optimizer: {type: SGD, lr: 0.01}
    monitor: val_loss
    callbacks: [{type: LossGoal, below: 100}]
"""


@pytest.mark.usefixtures("example")
def test_the_example_is_checked_and_runs_like_our_own(
    cli: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(PIPELINE)
    wrong = cli("validate", "mine.yaml", "-S", "train.callbacks.0.below=-1")
    assert "below takes a number above 0, not -1" in wrong.err + wrong.out
    no_monitor = cli("validate", "mine.yaml", "-S", "train.monitor=null")
    assert "LossGoal looks at the value that is watched" in no_monitor.err + no_monitor.out
    done = cli("run", "mine.yaml", "--run-dir", "run")
    assert done.status == 0, done.err
    history: dict[str, Any] = json.loads((tmp_path / "run/stages/train/history.json").read_text())
    assert history["stopped"] == "val_loss is below 100"
    assert history["epochs"] == 1


OWN_ROWS = """
from cifar_pipe.catalog.core.entry import Entry
from cifar_pipe.catalog.core.facts import LayerFacts
from torch import nn

TWICE = Entry("layer", "Twice", "Multiplies by a number.", "rows:Twice", facts=LayerFacts())

class Twice(nn.Module):
    def forward(self, x):
        return 2 * x
"""


def test_a_result_of_other_code_of_a_package_is_not_taken(
    install: Install, cli: Callable[..., Done], tmp_path: Path
) -> None:
    install("mine", "[cifar_pipe.layers]\nTwice = rows:TWICE\n", rows=OWN_ROWS)
    layers = "[Flatten, Twice, {type: Linear, out_features: 10}]"
    stages = PIPELINE.partition("  build_model")[0]
    train = "train: {epochs: 1, loss: CrossEntropyLoss, optimizer: SGD}"
    text = f"{stages}  build_model: {{layers: {layers}}}\n  {train}\n  evaluate: {{}}\n"
    (tmp_path / "mine.yaml").write_text(text)
    assert cli("run", "mine.yaml").status == 0
    assert "evaluate     reuse" in cli("status", "mine.yaml").out
    (tmp_path / "site/rows.py").write_text(OWN_ROWS.replace("2 * x", "3 * x"))
    # As another process would see it.
    packages.forget()
    told = cli("status", "mine.yaml").out
    assert "load_data    run    evaluate needs its data" in told
    assert "build_model  run    the code of mine changed" in told
    done = cli("run", "mine.yaml")
    assert "train  runs: its model changed" in done.err
    assert "evaluate  runs: its model changed" in done.err


@pytest.mark.usefixtures("example")
def test_the_catalogue_and_the_schema_tell_of_it() -> None:
    assert "LossGoal" in names_of("callback")
    assert "LossGoal" in explain("callback").text
    assert "The loss that is low enough." in explain("LossGoal").text
    names = component_schema("layer")["properties"]["type"]["else"]["enum"]
    assert "Scale" in names


# Of each thing that the example offers: the overrides after which a pipeline without any names it alone,
# and the stage whose result then depends on the package.
EACH = {
    "Stripes": ("load_data.dataset=Stripes", "load_data"),
    "Dim": ("load_data.transforms=[Dim, ToTensor]", "load_data"),
    "Scale": (
        "build_model.layers=[Flatten, Scale, {type: Linear, out_features: 10}]",
        "build_model",
    ),
    "PolyLoss": ("train.loss=PolyLoss", "train"),
    "LossGoal": ("train.callbacks=[{type: LossGoal, below: 1}]", "train"),
    "worst_class_accuracy": ("evaluate.metrics=[worst_class_accuracy]", "evaluate"),
    "mistakes": ("stages.mistakes={}", "mistakes"),
}
NONE_OF_THEM = """\
version: 1
stages:
  load_data: {dataset: Shapes, validation_split: 0.2, transforms: [ToTensor]}
  build_model: {layers: [Flatten, {type: Linear, out_features: $data.num_classes}]}
  train: {epochs: 3, loss: CrossEntropyLoss, optimizer: SGD, monitor: val_loss}
  evaluate: {}
"""


def test_each_thing_that_the_example_offers_is_tried_here() -> None:
    assert {name for points in offered().values() for name in points} == set(EACH)


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("name", EACH)
def test_each_is_listed_checked_in_the_schema_and_in_the_keys(
    name: str, cli: Callable[..., Done], tmp_path: Path
) -> None:
    group = next(group for group, points in offered().items() if name in points)
    kind = next((one for one, of_kind in plugins.GROUPS.items() if of_kind == group), None)
    assert name not in (refused(kind) if kind else registry.refused())
    assert name in explain(kind or "stage").text
    assert f'"{name}"' in json.dumps(json_schema())
    override, stage = EACH[name]
    (tmp_path / "mine.yaml").write_text(NONE_OF_THEM)
    assert cli("validate", "mine.yaml", "-S", override).status == 0
    misspelt = cli("validate", "mine.yaml", "-S", override.replace(name, f"{name}e"))
    assert f"did you mean `{name}`?" in misspelt.err
    before, after = (packages_of(tmp_path / "mine.yaml", stage, one) for one in ((), (override,)))
    assert "cifar-pipe-example" in after
    assert "cifar-pipe-example" not in before


def packages_of(path: Path, stage_id: str, overrides: Sequence[str]) -> Mapping[str, str]:
    """What the result of the stage depends on of packages; nothing where there is no such stage."""
    pipeline = typed(path, overrides, Findings())
    assert pipeline is not None
    found = [one for one in pipeline.stages if one.id == stage_id]
    described = [
        description(one.type, one.spec, seed=0, inputs={}, runtime=pipeline.document.runtime)
        for one in found
    ]
    return {name: one for each in described for name, one in each.get("packages", {}).items()}


@pytest.mark.usefixtures("example")
def test_a_name_that_is_nearly_theirs_is_suggested(
    cli: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(PIPELINE.replace("LossGoal", "LosGoal"))
    assert "did you mean `LossGoal`?" in cli("validate", "mine.yaml").err


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("Broken", "broken:ROW", "ValueError: it fails"),
        ("Missing", "nowhere:ROW", "ModuleNotFoundError: No module named 'nowhere'"),
        ("Unknown", "rows:NO", "AttributeError: module 'rows' has no attribute 'NO'"),
        ("Number", "rows:NUMBER", "rows:NUMBER is int, not an Entry"),
        ("Better", "rows:GOOD", "rows:GOOD is the callback Good, not the callback Better"),
        ("WrongFacts", "rows:WRONG_FACTS", "rows:WRONG_FACTS has Facts, not CallbackFacts"),
    ],
)
def test_a_package_that_cannot_be_used_is_named(
    name: str,
    value: str,
    reason: str,
    install: Install,
    cli: Callable[..., Done],
    tmp_path: Path,
) -> None:
    points = f"[cifar_pipe.callbacks]\n{name} = {value}\n"
    install("theirs", points, rows=ROWS, broken="raise ValueError('it fails')\n")
    assert refused("callback") == {name: f"of the package theirs: {reason}"}
    assert f"Cannot be used: {name}" in explain("callback").text
    (tmp_path / "mine.yaml").write_text(
        "version: 1\nstages: {train: {epochs: 1, loss: CrossEntropyLoss, optimizer: Adam, "
        f"callbacks: [{name}]}}}}\n"
    )
    done = cli("validate", "mine.yaml")
    assert done.status == 1
    assert f"{name} is of the package theirs, which cannot be used" in done.err
    assert reason in " ".join(done.err.split())


KINDS_ROWS = """
import torch
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.facts import InitializerFacts, LossFacts, OptimizerFacts, SchedulerFacts
from cifar_pipe.catalog.core.types import PositiveFloat, PositiveInt
from cifar_pipe.catalog.images.data_facts import DataFacts, DatasetFacts, Images, TransformFacts

def facts_of(dataset):
    return DataFacts(Images(3, 8, 8), ("dark", "light"), 2, 8, 4)

def draw(dataset, context):
    from cifar_pipe.data.store import Split, Splits
    labels = torch.arange(8) % 2
    images = (labels * 200).to(torch.uint8).view(-1, 1, 1, 1).expand(-1, 3, 8, 8).contiguous()
    return Splits({"train": Split("train", images, labels), "test": Split("test", images, labels)}, ("dark", "light"))

class Invert(torch.nn.Module):
    def forward(self, images):
        return 255 - images if images.dtype == torch.uint8 else 1 - images

DATA = Entry("dataset", "TwoGreys", "", "rows:draw", facts=DatasetFacts(data=facts_of, generated=True))
TRANSFORM = Entry("transform", "Invert", "", "rows:Invert", facts=TransformFacts(effect=lambda images, _: images))
INITIALIZER = Entry("initializer", "nought_", "", "torch.nn.init:zeros_", facts=InitializerFacts())
LOSS = Entry("loss", "Cross", "", "torch.nn:CrossEntropyLoss", facts=LossFacts(takes="logits", target="class index", applies="Softmax"))
OPTIMIZER = Entry("optimizer", "Descent", "", "torch.optim:SGD", {"lr": Arg(PositiveFloat, 0.1)}, facts=OptimizerFacts())
SCHEDULER = Entry("scheduler", "Falling", "", "torch.optim.lr_scheduler:StepLR", {"step_size": Arg(PositiveInt)}, facts=SchedulerFacts())
"""


def test_every_kind_that_is_made_by_its_address_can_be_added(
    install: Install, cli: Callable[..., Done], tmp_path: Path
) -> None:
    rows = {
        "datasets": "TwoGreys = rows:DATA",
        "transforms": "Invert = rows:TRANSFORM",
        "initializers": "nought_ = rows:INITIALIZER",
        "losses": "Cross = rows:LOSS",
        "optimizers": "Descent = rows:OPTIMIZER",
        "schedulers": "Falling = rows:SCHEDULER",
    }
    points = "\n".join(f"[cifar_pipe.{group}]\n{line}" for group, line in rows.items())
    install("theirs", points, rows=KINDS_ROWS)
    (tmp_path / "mine.yaml").write_text(
        """version: 1
stages:
  load_data: {dataset: TwoGreys, transforms: [Invert, ToTensor], batch_size: 4}
  build_model: {layers: [Flatten, {type: Linear, out_features: 2, initialize: nought_}]}
  train: {epochs: 8, loss: Cross, optimizer: {type: Descent, lr: 0.5}, scheduler: {type: Falling, step_size: 4}}
  evaluate: {}
"""
    )
    done = cli("run", "mine.yaml", "--run-dir", "run")
    assert done.status == 0, done.err
    metrics = json.loads((tmp_path / "run/run.json").read_text())["metrics"]
    assert metrics["evaluate"]["accuracy"] == 1.0
    log = [json.loads(line) for line in (tmp_path / "run/metrics.jsonl").read_text().splitlines()]
    rates = {row["epoch"]: row["lr"] for row in log if "lr" in row}
    assert [*rates.values()] == pytest.approx([0.5] * 4 + [0.05] * 4)


def test_our_own_names_are_not_taken_over(install: Install) -> None:
    install("theirs", "[cifar_pipe.optimizers]\nSGD = rows:SGD\n", rows=ROWS)
    assert make("optimizer", "SGD").entry.address == "torch.optim:SGD"
    assert refused("optimizer") == {"SGD": "a package offers it, and the name is taken"}
    assert entries_of("optimizer")["SGD"].address == "torch.optim:SGD"


def test_a_name_that_two_packages_offer_is_neither_s(install: Install) -> None:
    for package in ("one", "two"):
        install(package, "[cifar_pipe.callbacks]\nGood = rows:GOOD\n", rows=ROWS)
    assert find("callback", "Good") is None
    assert refused("callback")["Good"].endswith("one and two both offer it")


def test_nothing_is_looked_for_while_names_are_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("what is installed was read")

    plugins.forget()
    monkeypatch.setattr(plugins, "_all", fail)
    assert find("layer", "Conv2d")
    assert make("optimizer", "SGD")


def test_each_kind_has_a_group() -> None:
    assert set(plugins.GROUPS) == set(KINDS)


@pytest.mark.usefixtures("example")
def test_the_example_s_own_pipeline_runs_with_its_metric_and_its_stage(
    cli: Callable[..., Done], tmp_path: Path
) -> None:
    pipeline = str(EXAMPLE / "pipeline.yaml")
    done = cli("run", pipeline, "--run-dir", "run")
    assert done.status == 0, done.err
    metrics = json.loads((tmp_path / "run/run.json").read_text())["metrics"]
    assert metrics["evaluate"]["worst_class_accuracy"] == 1.0
    assert metrics["mistakes"] == {"split": "test", "mistakes": 0}
    assert json.loads((tmp_path / "run/stages/mistakes/mistakes.json").read_text()) == []


@pytest.mark.usefixtures("example")
def test_a_stage_is_checked_listed_and_in_the_schema_as_ours_are(
    cli: Callable[..., Done], tmp_path: Path
) -> None:
    text = (EXAMPLE / "pipeline.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(text.replace("count: 5", "cuont: 0"))
    assert "did you mean `count`?" in cli("validate", "mine.yaml").err
    (tmp_path / "mine.yaml").write_text(text.replace("mistakes:", "mistake:"))
    assert "there is no stage type `mistake`" in cli("validate", "mine.yaml").err
    (tmp_path / "mine.yaml").write_text("version: 1\nstages: {mistakes: {}}\n")
    assert "mistakes needs data and a model" in cli("validate", "mine.yaml").err
    assert "How many images are listed." in explain("mistakes").text
    assert "mistakes" in explain("stage").text
    assert "mistakes" in json_schema()["properties"]["stages"]["properties"]


STAGE_ROWS = """
from cifar_pipe.stages.spec import StageSpec, StageType

class Count(StageSpec):
    "Counts the images."
    NEEDS = ("data",)
    GIVES = ("metrics",)

class Data(StageSpec):
    GIVES = ("data",)

COUNT = StageType("count", Count, "counting")
DATA = StageType("data", Data, "counting")
SPEC = Count
NO_CODE = StageType("no_code", Count, "nowhere")
"""
COUNTING = """
def run(spec, inputs, context):
    return {"metrics": {"images": 1 * len(inputs["data"].splits["train"])}}
"""


def test_other_code_of_a_stage_is_another_result(
    install: Install, cli: Callable[..., Done], tmp_path: Path
) -> None:
    install("mine", "[cifar_pipe.stages]\ncount = rows:COUNT\n", rows=STAGE_ROWS + COUNTING)
    (tmp_path / "site/rows.py").write_text(STAGE_ROWS.replace("counting", "rows") + COUNTING)
    text = "version: 1\nstages:\n  load_data: {dataset: Shapes, transforms: [ToTensor]}\n"
    (tmp_path / "mine.yaml").write_text(
        f"{text}  count: {{}}\n".replace(
            "dataset: Shapes", "dataset: {type: Shapes, train: 8, test: 4}"
        )
    )
    assert cli("run", "mine.yaml").status == 0
    assert "count      reuse" in cli("status", "mine.yaml").out
    (tmp_path / "site/rows.py").write_text(
        STAGE_ROWS.replace("counting", "rows") + COUNTING.replace("1 *", "2 *")
    )
    packages.forget()
    assert "count      run    the code of mine changed" in cli("status", "mine.yaml").out


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("spec", "rows:SPEC", "rows:SPEC is ModelMetaclass, not a StageType"),
        ("other", "rows:COUNT", "rows:COUNT is the stage count, not other"),
        ("data", "rows:DATA", "rows:DATA gives data, which only our own stages can"),
        ("train", "rows:COUNT", None),
    ],
)
def test_a_stage_that_cannot_be_used_is_named(
    name: str,
    value: str,
    reason: str | None,
    install: Install,
    cli: Callable[..., Done],
    tmp_path: Path,
) -> None:
    install("theirs", f"[cifar_pipe.stages]\n{name} = {value}\n", rows=STAGE_ROWS)
    if reason is None:
        assert registry.refused() == {name: "a package offers it, and the name is taken"}
        return
    assert registry.refused() == {name: f"of the package theirs: {reason}"}
    assert f"Cannot be used: {name}" in explain("stage").text
    (tmp_path / "mine.yaml").write_text(f"version: 1\nstages: {{{name}: {{}}}}\n")
    done = cli("validate", "mine.yaml")
    assert f"{name} is of the package theirs, which cannot be used" in done.err
    assert reason in " ".join(done.err.split())


def test_a_stage_whose_code_cannot_be_imported_ends_the_run(
    install: Install, cli: Callable[..., Done], tmp_path: Path
) -> None:
    install("theirs", "[cifar_pipe.stages]\nno_code = rows:NO_CODE\n", rows=STAGE_ROWS)
    (tmp_path / "mine.yaml").write_text(
        "version: 1\nstages:\n  load_data: {dataset: {type: Shapes, train: 8, test: 4}}\n"
        "  no_code: {}\n"
    )
    done = cli("run", "mine.yaml")
    assert done.status == 3
    assert "the code of the stage no_code of the package theirs cannot be imported" in " ".join(
        done.err.split()
    )
