"""Where a stage writes a file that the pipeline names."""

from __future__ import annotations

from pathlib import Path

from cifar_pipe.errors import RunError


def place(run_dir: Path, path: str) -> Path:
    """The file in the run directory.

    Raises RunError where the path leads out of it, through a link for instance, or is a folder.
    """
    whole = run_dir / path
    if Path(path).is_absolute() or not whole.resolve().is_relative_to(run_dir.resolve()):
        raise RunError(
            f"the path {path} leads out of the run directory",
            help="write a path below it: cifar_net.pth, weights/final.pth",
        )
    if whole.resolve() == run_dir.resolve() or whole.is_dir():
        raise RunError(f"the path {path} is a folder", help="name a file: cifar_net.pth")
    return whole
