"""What a command does not use is not imported: `benchmarks/start_up.py` measures what that saves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cifar_pipe.catalog.core.lookup import TABLES
from cifar_pipe.cli.commands import MODULES
from cifar_pipe.stages.registry import OWN

RIGHT = """\
version: 1
stages:
  load_data: {dataset: {type: Shapes, train: 40, test: 20}, transforms: [ToTensor], batch_size: 4}
  build_model: {layers: [Flatten, {type: Linear, out_features: 10}]}
  train: {epochs: 1, loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.1}, log_every: 1}
  evaluate: {}
  report: {}
"""
FILES = {
    "right.yaml": RIGHT,
    "type.yaml": RIGHT.replace("out_features: 10", "out_features: ten"),
    "key.yaml": RIGHT.replace("out_features", "out_feature"),
    "stage.yaml": "version: 1\nstages: {load_data: {datset: Shapes}, train: {epochs: two}}\n",
    "syntax.yaml": "version: [1\n",
}
TORCH = {"torch", "torchvision", "numpy", "PIL", "numba", "sklearn", "jinja2"}


def specs(*used: str) -> set[str]:
    """The settings of the stages that are not used."""
    return {f"cifar_pipe.stages.{name}.spec" for name in OWN if name not in used}


def tables(*used: str) -> set[str]:
    """The tables of the kinds that are not used."""
    return {table for kind, table in TABLES.items() if kind not in used}


def commands(*used: str) -> set[str]:
    return {f"cifar_pipe.cli.{module}" for name, module in MODULES.items() if name not in used}


def modules_after(code: str, folder: Path) -> set[str]:
    """The modules that are imported when the code ends."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    shown = f"import atexit, sys\natexit.register(lambda: print('MODULES', *sys.modules))\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", shown], cwd=folder, capture_output=True, text=True, check=False
    )
    *_, last = done.stdout.splitlines()
    assert last.startswith("MODULES "), done.stderr
    return {*last.split()[1:]}


def modules_of(*arguments: str, folder: Path) -> set[str]:
    """The same of a command."""
    code = (
        f"sys.argv = ['cifar-pipe', *{arguments!r}]\nfrom cifar_pipe.__main__ import main\nmain()"
    )
    found = modules_after(code, folder)
    assert "cifar_pipe.cli.app" in found
    return found


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        (["--help"], {"pydantic.main", "yaml"} | specs() | tables()),
        (["--version"], {"pydantic.main", "yaml", "rich"} | specs() | tables() | commands()),
        (["run", "--help"], {"yaml"} | specs() | tables() | commands("run")),
        (["runs"], {"yaml", "rich"} | specs() | tables() | commands("runs")),
        (["explain", "shape"], {"yaml", "rich"} | specs() | tables() | commands("explain")),
        (["init", "--help"], {"yaml"} | specs() | tables() | commands("init")),
        (["components", "loss"], {"rich"} | commands("components")),
        (["schema", "new.json"], {"rich"} | commands("schema")),
        (["validate", "missing.yaml"], {"rich"} | tables("sampler") | commands("validate")),
        (["validate", "syntax.yaml"], {"rich"} | tables("sampler") | commands("validate")),
        (["validate", "stage.yaml"], {"rich"} | commands("validate")),
        (["run", "stage.yaml"], {"rich"} | commands("run", "status", "report")),
        (["status", "stage.yaml"], {"rich"} | commands("status")),
        (["validate", "key.yaml"], {"rich"} | commands("validate")),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_a_command_imports_no_torch_and_none_of_the_others(
    arguments: list[str], unused: set[str], tmp_path: Path
) -> None:
    assert modules_of(*arguments, folder=tmp_path) & (unused | TORCH) == set()


@pytest.mark.parametrize("file", ["key.yaml", "type.yaml", "right.yaml"])
def test_what_is_installed_is_not_looked_through(file: str, tmp_path: Path) -> None:
    found = modules_of("validate", "--no-shapes", file, folder=tmp_path)
    assert found & {"importlib.metadata", "email", "zipfile", "csv"} == set()


@pytest.mark.parametrize("arguments", [["type.yaml"], ["right.yaml", "--no-shapes"]], ids=" ".join)
def test_of_the_catalogue_what_a_pipeline_names_is_imported(
    arguments: list[str], tmp_path: Path
) -> None:
    found = modules_of("validate", *arguments, folder=tmp_path)
    stages = ("load_data", "build_model", "train", "evaluate", "report")
    kinds = ("dataset", "transform", "sampler", "layer", "loss", "optimizer", "metric")
    named_by_none = {
        "cifar_pipe.catalog.tables.networks",
        "cifar_pipe.catalog.tables.timm_networks",
        "cifar_pipe.catalog.tables.layers.vision",
        "cifar_pipe.catalog.tables.transforms.geometry",
        "cifar_pipe.catalog.tables.transforms.policies",
        "cifar_pipe.runner.prepare",
        "cifar_pipe.model.planning.planned",
        "cifar_pipe.context",
    }
    assert found & (TORCH | specs(*stages) | tables(*kinds) | named_by_none) == set()


def test_a_page_is_written_anew_without_torch(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.json").write_text('{"status": "done", "stages": {}}')
    (run / "pipeline.yaml").write_text(RIGHT)
    found = modules_of("report", "run", folder=tmp_path)
    assert (run / "report.html").is_file()
    assert found & {"torch", "torchvision", "numba", "sklearn"} == set()


def test_the_first_step_of_a_training_waits_for_no_module_that_it_does_not_need(
    tmp_path: Path,
) -> None:
    code = """
import os, sys
import cifar_pipe
from cifar_pipe.events import NoEvents

class Told(NoEvents):
    def say(self, text):
        if "loss" in text:
            print("MODULES", *sys.modules)
            sys.stdout.flush()
            os._exit(0)

cifar_pipe.run("right.yaml", {"runtime.engine": "eager"}, run_dir="run", events=Told())
"""
    found = modules_after(code, tmp_path)
    assert {"torch", "cifar_pipe.training.loop", "cifar_pipe.stages.report.run"} <= found
    unused = {
        *("torchvision", "numba", "jinja2", "sklearn", "typer", "rich", "torch._dynamo", "sympy"),
        "cifar_pipe.report.page",
    }
    assert found & unused == set()
