"""Which paths a stage may write to, and that the JSON Schema says the same."""

from __future__ import annotations

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from cifar_pipe.context import Context
from cifar_pipe.errors import RunError
from cifar_pipe.stages.run_file import RESERVED, RunFile, place
from cifar_pipe.stages.save.spec import Save

ADAPTER = TypeAdapter(RunFile)
PATTERN = ADAPTER.json_schema()["pattern"]


@pytest.mark.parametrize(
    "path", ["net.pth", "a/b.pth", "./net.pth", "a//b", "..net", "runs.json", "a/run.json", ".net"]
)
def test_a_file_in_the_run_directory(path: str) -> None:
    assert ADAPTER.validate_python(path) == path
    assert re.search(PATTERN, path)


@pytest.mark.parametrize(
    "path",
    [
        *("/tmp/x.pth", "../x.pth", "a/../../x", "a/../x", "..", ".", "./", "a/", "a/.", "/"),
        *(f"{name}" for name in RESERVED),
        *("./run.json", "stages/x.pth", ".//stages/x"),
    ],
)
def test_nothing_else(path: str) -> None:
    with pytest.raises(ValidationError):
        ADAPTER.validate_python(path)
    assert not re.search(PATTERN, path)


@pytest.mark.parametrize("path", ["a\0b", "n" * 256, "é" * 128, "/".join(["name"] * 300), "\ud800"])
def test_what_no_disk_takes_is_refused_too(path: str) -> None:
    with pytest.raises(ValidationError):
        ADAPTER.validate_python(path)


@pytest.mark.parametrize("path", ["../net.pth", "/tmp/net.pth", "a/../../net.pth"])
def test_nothing_is_written_outside_of_the_run_directory(path: str, context: Context) -> None:
    with pytest.raises(RunError, match="leads out of the run directory"):
        place(context.run_dir, path)
    with pytest.raises(ValidationError):
        Save(path=path)


@pytest.mark.parametrize("path", [".", "stages"])
def test_a_folder_is_not_a_file(path: str, context: Context) -> None:
    (context.run_dir / "stages").mkdir(exist_ok=True)
    with pytest.raises(RunError, match="is a folder"):
        place(context.run_dir, path)
    with pytest.raises(ValidationError):
        Save(path=path)
