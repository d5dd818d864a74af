"""The rules of the house: imports point one way, what needs no torch imports none, files are small."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cifar_pipe

PACKAGE = Path(cifar_pipe.__file__).parent
MOST_LINES = 350
MOST_FILES = 15

# From the bottom up: a module imports from its own layer and from those above it in this list.
# A module belongs to the longest name that matches it; `*` is one folder.
LAYERS = (
    *("frozen", "errors", "disk", "files", "events", "runtime", "context", "profiling"),
    "training_length",
    *("diagnostics", "syntax"),
    *("catalog.core", "catalog.images", "catalog.tables", "catalog.docs"),
    *("compose", "decode"),
    *("stages", "pipeline", "schema", "manual"),
    "model.planning.planned",
    *("checks.data_flow", "checks.network", "checks.context", "checks.rule", "checks.static"),
    "checks",
    *("runner.store.keys", "comparison.settings"),
    # From here on torch may be imported.
    *("catalog.torch", "data", "model", "training", "report", "doctor", "trackers"),
    *("inference", "export"),
    *("stages.*.run", "checks.torch", "runner"),
    *("inference.find_run", "inference.run_network", "export.run_model", "serving"),
    *("comparison", "forecast"),
    "cli",
    *("api", "__main__"),
)
# What may import torch when it is loaded; everything else imports it in a function, if at all.
WITH_TORCH = {*LAYERS[LAYERS.index("catalog.torch") : LAYERS.index("cli")]}
HEAVY = {"torch", "torchvision", "numpy", "PIL", "sklearn"}


def name_of(path: Path) -> str:
    """The module's name below cifar_pipe."""
    return path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py")) if path.stem != "__init__"}


def layer_of(module: str) -> str:
    def matches(layer: str) -> bool:
        pattern = re.escape(layer).replace(r"\*", "[^.]+")
        return re.match(rf"{pattern}(\.|$)", module) is not None

    return max(filter(matches, LAYERS), key=lambda layer: (layer.count("."), len(layer)))


def imports_of(module: str, *, when_loaded: bool = False) -> Iterator[str]:
    """The modules that this one imports, in functions too unless `when_loaded`."""
    tree = ast.parse(MODULES[module].read_text())
    for node in tree.body if when_loaded else ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (one.name for one in names)
            case ast.ImportFrom(module=str(source), names=names):
                yield from (f"{source}.{one.name}" for one in names)


def imported_here(module: str) -> set[str]:
    """The modules of ours that this one imports."""
    found = set()
    for name in imports_of(module):
        path = name.removeprefix("cifar_pipe.") if name.startswith("cifar_pipe.") else ""
        found |= {one for one in (path, path.rpartition(".")[0]) if one in MODULES}
    return found - {module}


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_one_way(module: str) -> None:
    order = {layer: place for place, layer in enumerate(LAYERS)}
    upwards = {
        other for other in imported_here(module) if order[layer_of(other)] > order[layer_of(module)]
    }
    assert upwards == set()


@pytest.mark.parametrize("folder", ["data", "model", "training", "report"])
def test_what_stages_are_made_of_knows_no_stage(folder: str) -> None:
    modules = [module for module in MODULES if module.startswith(f"{folder}.")]
    stages = {
        module: found
        for module in modules
        if (found := {one for one in imported_here(module) if one.startswith("stages.")})
    }
    assert stages == {}


def test_no_modules_import_each_other() -> None:
    graph = {module: imported_here(module) for module in MODULES}
    while leaves := {module for module, others in graph.items() if not others & graph.keys()}:
        graph = {module: others for module, others in graph.items() if module not in leaves}
    assert {module: others & graph.keys() for module, others in graph.items()} == {}


@pytest.mark.parametrize("module", [one for one in MODULES if layer_of(one) not in WITH_TORCH])
def test_torch_free_modules_import_no_torch_when_they_are_loaded(module: str) -> None:
    assert {name.split(".")[0] for name in imports_of(module, when_loaded=True)} & HEAVY == set()


@pytest.mark.parametrize("module", MODULES)
def test_files_are_short(module: str) -> None:
    assert len(MODULES[module].read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("module", [one for one in MODULES if one.startswith("cli.")])
def test_only_one_file_prints(module: str) -> None:
    """`cli/terminal.py` shows what a terminal would obey; the version needs nothing shown, and what rich
    draws was shown before.
    """
    allowed = {"cli.terminal": 99, "cli.app": 1, "cli.progress.bar": 1, "cli.progress.ending": 1}
    calls = re.findall(r"\btyper\.echo\(|\bprint\(", MODULES[module].read_text())
    assert len(calls) <= allowed.get(module, 0)


def test_folders_hold_no_code_of_their_own() -> None:
    folders = [path for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE]
    assert [path for path in folders if path.read_text()] == []


def test_folders_are_small() -> None:
    folders: dict[str, int] = {}
    for path in MODULES.values():
        folder = path.parent.relative_to(PACKAGE).as_posix()
        folders[folder] = folders.get(folder, 0) + 1
    assert {folder: count for folder, count in folders.items() if count > MOST_FILES} == {}


def leaves_torch_alone(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('torch' in sys.modules, file=sys.stderr))\n"
        f"sys.argv = ['cifar-pipe', *{list(arguments)!r}]\n"
        "from cifar_pipe.__main__ import main\n"
        "main()\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--help",), 0),
        (("run", "--help"), 0),
        (("components", "layer"), 0),
        (("schema", "schema.json"), 0),
        (("validate", "typo.yaml"), 1),
        (("run", "typo.yaml"), 1),
        (("status", "typo.yaml"), 1),
        (("validate", "syntax.yaml"), 1),
        (("validate", "missing.yaml"), 2),
        (("validate", "main.yaml"), 0),
        (("validate", "main.yaml", "-S", "train.epochs=two"), 1),
        (("validate", "main.yaml", "-S", "build_model.layers.fc3.out_features=11"), 1),
        (("run", "main.yaml", "-S", "train.epochs=two"), 1),
    ],
)
def test_what_needs_no_torch_leaves_it_unimported(
    arguments: tuple[str, ...], status: int, tmp_path: Path
) -> None:
    (tmp_path / "typo.yaml").write_text("version: 1\nstages: {load_data: {datset: Shapes}}\n")
    (tmp_path / "syntax.yaml").write_text("version: [1\n")
    main = PACKAGE.parent / "pipelines" / "cifar10_lenet.yaml"
    (tmp_path / "main.yaml").write_text(main.read_text())
    done = leaves_torch_alone(*arguments, cwd=tmp_path)
    assert done.returncode == status, done.stderr
    assert done.stderr.splitlines()[-1] == "False"
