"""What a shell completes of what is on the disk: pipeline files and runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_DEPTH = 3
_MOST = 200
_ENDINGS = (".yaml", ".yml")
# What is not looked into, beside hidden folders.
_OTHERS = {"runs", "data", "node_modules", "__pycache__"}


def pipeline_files(incomplete: str) -> list[str]:
    """YAML files whose path begins so, in folders below it too."""
    folder = incomplete.rpartition("/")[0] + "/" if "/" in incomplete else ""
    found: list[str] = []
    for path in _files(folder, _DEPTH):
        if path.startswith(incomplete):
            found.append(path)
        if len(found) == _MOST:
            break
    return sorted(found)


def _files(folder: str, depth: int) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder or "."), key=lambda one: one.name)
    except OSError:
        return
    for one in entries:
        if one.name.startswith("."):
            continue
        if one.name.endswith(_ENDINGS):
            yield f"{folder}{one.name}"
        elif depth and one.name not in _OTHERS and one.is_dir(follow_symlinks=False):
            yield from _files(f"{folder}{one.name}/", depth - 1)


def runs(incomplete: str) -> list[str]:
    """Names of runs, or with a `/` run directories, the newest first."""
    from cifar_pipe.stages.run_file import RUNS

    found = sorted(RUNS.glob("*/*/run.json"), reverse=True)
    paths = [path.parent.as_posix() for path in found]
    names = dict.fromkeys(Path(path).parent.name for path in paths)
    short = (path.removeprefix(f"{RUNS}/") for path in paths)
    among = [*paths, *short] if "/" in incomplete else [*names]
    return [one for one in among if one.startswith(incomplete)]


def pipeline_files_or_runs(incomplete: str) -> list[str]:
    return [*pipeline_files(incomplete), *runs(incomplete)]
