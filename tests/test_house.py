"""The house rules: imports point one way, and what needs no torch imports none."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import cifar_pipe

PACKAGE = Path(cifar_pipe.__file__).parent

# Each part may import from itself and from the parts named here.
TORCH_FREE = {
    "errors": set(),
    "files": {"errors"},
    "catalog": {"errors"},
    "language": {"errors", "catalog"},
    "stages": {"errors", "catalog"},
    "pipeline": {"errors", "files", "catalog", "language", "stages"},
}
TORCH_SIDE = {
    "catalog.build": {"errors", "catalog"},
    "data": {"errors", "files", "catalog", "stages"},
    "model": {"errors", "files", "catalog"},
    "training": {"errors", "files", "catalog", "stages", "data", "model"},
    "report": {"errors", "files"},
    "stages.code": {"errors", "files", "catalog", "stages", "data", "model", "training", "report"},
    "pipeline.batches": {"errors", "catalog", "language", "stages", "pipeline", "model"},
    "pipeline.networks": {"errors", "catalog", "language", "stages", "pipeline", "model"},
    "pipeline.memory": {"errors", "catalog", "language", "stages", "pipeline", "training"},
    "pipeline.reach": {"errors", "catalog", "language", "stages", "pipeline", "training"},
    "pipeline.bounds": {"errors", "catalog", "language", "stages", "pipeline"},
    "pipeline.losses": {"errors", "catalog", "language", "stages", "pipeline", "model", "training"},
    "pipeline.idle": {"errors", "catalog", "language", "stages", "pipeline"},
    "pipeline.shaped": {"errors", "catalog", "language", "stages", "pipeline", "model"},
    "pipeline.refusals": {"errors", "language", "pipeline", "training"},
    "pipeline.uses": {"errors", "catalog", "language", "stages", "pipeline", "model"},
    "pipeline.weights": {"errors", "catalog", "language", "stages", "pipeline", "model"},
    "pipeline.trainings": {
        "errors",
        "catalog",
        "language",
        "stages",
        "pipeline",
        "model",
        "training",
    },
    "runner": {"errors", "files", "catalog", "language", "stages", "pipeline", "data"},
    "cli": {
        "errors",
        "files",
        "catalog",
        "language",
        "stages",
        "pipeline",
        "runner",
        "report",
        "model",
    },
}
# Of the torch-free parts these files are on torch's side.
EXCEPTIONS = {
    "catalog/build.py",
    "catalog/drift.py",
    "pipeline/batches.py",
    "pipeline/bounds.py",
    "pipeline/idle.py",
    "pipeline/losses.py",
    "pipeline/networks.py",
    "pipeline/memory.py",
    "pipeline/reach.py",
    "pipeline/refusals.py",
    "pipeline/shaped.py",
    "pipeline/trainings.py",
    "pipeline/uses.py",
    "pipeline/weights.py",
}


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if p.parent != PACKAGE or p.stem != "__init__")


def rule_for(path: Path) -> set[str] | None:
    relative = path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")
    rules = {**TORCH_FREE, **TORCH_SIDE}
    names = [name for name in rules if relative == name or relative.startswith(f"{name}.")]
    if not names:
        return None
    longest = max(names, key=len)
    return rules[longest] | {longest.partition(".")[0]}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cifar_pipe."):
            found.add(node.module.split(".")[1])
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("cifar_pipe.")}
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    allowed = rule_for(path)
    if allowed is not None:
        assert imported(path) <= allowed


def torch_free_modules() -> list[Path]:
    found = []
    for path in modules():
        relative = path.relative_to(PACKAGE).as_posix()
        part = relative.split("/")[0].removesuffix(".py")
        if (
            part in {*TORCH_FREE, "cli"}
            and relative not in EXCEPTIONS
            and "stages/code" not in relative
        ):
            found.append(path)
    return found


@pytest.mark.parametrize(
    "path", torch_free_modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix()
)
def test_torch_free_files_import_no_torch_when_they_are_loaded(path: Path) -> None:
    heavy = {"torch", "torchvision", "numpy", "PIL", "sklearn"}
    tree = ast.parse(path.read_text())
    for node in tree.body:
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not {name.split(".")[0] for name in names} & heavy


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
        (("validate", "syntax.yaml"), 1),
        (("validate", "missing.yaml"), 2),
    ],
)
def test_what_needs_no_torch_leaves_it_unimported(
    arguments: tuple[str, ...], status: int, tmp_path: Path
) -> None:
    (tmp_path / "typo.yaml").write_text("version: 1\nstages: {load_data: {datset: Shapes}}\n")
    (tmp_path / "syntax.yaml").write_text("version: [1\n")
    done = leaves_torch_alone(*arguments, cwd=tmp_path)
    assert done.returncode == status, done.stderr
    assert done.stderr.splitlines()[-1] == "False"
