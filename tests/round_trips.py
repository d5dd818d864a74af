"""Pipelines that evaluate a network before its weights are saved and after they are loaded."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import CifarPipeError
from cifar_pipe.runner.prepare import prepare
from cifar_pipe.runner.run import RunOptions, run
from tests.kit import RecordedEvents


def losses(name: str, pipeline: str) -> tuple[float, float]:
    """Of the stages `before` and `after`; the file is written into the current directory."""
    path = Path(f"{name}.yaml")
    path.write_text(pipeline)
    findings = Findings()
    prepared = prepare(path, [], findings)
    if prepared is None:
        raise CifarPipeError("; ".join(one.message for one in findings.errors))
    with tempfile.TemporaryDirectory() as folder:
        run_dir = Path(folder) / "run"
        metrics = run(prepared, RunOptions(RecordedEvents(), run_dir=run_dir)).metrics
    return metrics["before"]["loss"], metrics["after"]["loss"]


def report(names: Iterable[str], losses_of: Callable[[str], tuple[float, float]]) -> int:
    """Prints how many networks give the same loss both times, and which do not: then 1."""
    names, wrong = list(names), []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name in names:
            try:
                before, after = losses_of(name)
                if before != after:
                    wrong.append(f"{name}: {before} before, {after} after")
            except Exception as error:
                wrong.append(f"{name}: {type(error).__name__}: {error}")
            gc.collect()
    same = len(names) - len(wrong)
    print(f"{same} of {len(names)} networks give the same loss", *wrong, sep="\n")
    return 1 if wrong else 0
