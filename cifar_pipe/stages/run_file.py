"""The path of a file that a stage writes: below the run directory, and not one of the run's own."""

from __future__ import annotations

from glob import escape
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from cifar_pipe.catalog.core.types import Words
from cifar_pipe.errors import RunError

RUNS = Path("runs")
"""Where runs are, below the current directory: each in RUNS/NAME/TIME-KEY."""

# What the runner writes itself, design section 4: files, and folders that are wholly its own.
RESERVED = (
    *("run.json", "metrics.jsonl", "pipeline.yaml", "resolved.yaml", "traceback.txt", ".lock"),
    *("stages", "checkpoints", "trackers"),
)
# What Linux and macOS take: bytes of one name, and of a path with room for the run directory's.
_LONGEST_NAME, _LONGEST = 255, 1000


def _checked(path: str) -> str:
    if expected := _expected(path):
        raise PydanticCustomError("path", "{expected}", {"expected": expected})
    return path


def _expected(path: str) -> str | None:
    """What the path should be, if it is not."""
    names = path.split("/")
    if path.startswith("/") or ".." in names:
        return "a place in the run directory, relative to it and without `..`"
    if names[-1] in ("", "."):
        return "the name of a file"
    if "\0" in path:
        return "text without the character NUL"
    first = PurePosixPath(path).parts[0]
    if first in RESERVED:
        return f"another name (the run's own {first} is there)"
    sizes = [len(name.encode(errors="surrogatepass")) for name in names]
    if max(sizes) > _LONGEST_NAME or sum(sizes) + len(names) > _LONGEST:
        return f"names of at most {_LONGEST_NAME} bytes, {_LONGEST} all together"
    return None


def parts(path: str) -> tuple[str, ...]:
    """The path's names: `./a//b` and `a/b` are one path."""
    return PurePosixPath(path).parts


def newest_of_runs(file: str) -> Path | None:
    """The file of this path in a run directory, of the newest run that has one."""
    found = RUNS.glob(f"*/*/{escape(file)}") if file and not Path(file).is_absolute() else ()
    return max(found, key=lambda one: one.relative_to(RUNS).parts[1], default=None)


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


_OWN = "|".join(name.replace(".", r"\.") for name in RESERVED)
SCHEMA = {
    "type": "string",
    "minLength": 1,
    "pattern": rf"^(?!/)(?!(.*/)?\.\.(/|$))(?!(\./+)*({_OWN})(/|$))(.*/)?(?!\.?$)[^/]+$",
}
RunFile = Annotated[
    str,
    Field(strict=True, min_length=1),
    AfterValidator(_checked),
    WithJsonSchema(SCHEMA),
    Words("the path of a file in the run directory"),
]
