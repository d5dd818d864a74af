"""The run directory that is meant by a path, or by the name of a pipeline."""

from __future__ import annotations

from pathlib import Path

from cifar_pipe.diagnostics.suggest import nearest
from cifar_pipe.errors import UsageError
from cifar_pipe.runner.upkeep.listing import find_runs
from cifar_pipe.stages.run_file import RUNS


def find_run(run: str) -> Path:
    """`run` is a run directory, one as `cifar-pipe runs` lists it, or a name: then its newest run that
    is done, or else its newest. Raises UsageError where there is none.
    """
    for path in (Path(run), RUNS / run):
        if (path / "run.json").is_file():
            return path
    runs = find_runs()
    found = [one for one in runs if run == one.name or one.path.parent == Path(run)]
    done = [one for one in found if one.status == "done"]
    if found:
        return (done or found)[0].path
    near = nearest(run, sorted({one.name for one in runs}))
    raise UsageError(
        f"there is no run {run}: neither a run directory, nor a name below {RUNS}/",
        help=f"did you mean `{near}`?" if near else "cifar-pipe runs lists the runs",
    )
