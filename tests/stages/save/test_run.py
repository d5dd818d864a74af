"""save: the network's weights as a file of the run."""

from __future__ import annotations

import pytest

from cifar_pipe.context import Context
from cifar_pipe.stages.save.run import run
from cifar_pipe.stages.save.spec import Save
from tests.kit import small


@pytest.mark.parametrize("path", ["a/b.pth", "./net.pth", "..net", "runs.json", "n" * 255])
def test_any_other_name_is_a_file_in_the_run_directory(path: str, context: Context) -> None:
    given = run(Save(path=path), {"model": small()}, context)
    assert given["files"][0].is_file()
