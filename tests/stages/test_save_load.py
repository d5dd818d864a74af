from __future__ import annotations

from pathlib import Path

import pytest
import torch
from pydantic import ValidationError

from cifar_pipe.context import Context
from cifar_pipe.errors import RunError
from cifar_pipe.stages.load import run as load
from cifar_pipe.stages.load.spec import Load
from cifar_pipe.stages.run_file import place
from cifar_pipe.stages.save import run as save
from cifar_pipe.stages.save.spec import Save
from tests.kit import lenet, small


@pytest.mark.parametrize("name", ["net.pth", "weights/net.safetensors"])
def test_what_is_saved_is_loaded_into_a_copy(name: str, context: Context) -> None:
    first, other = small(seed=1), small(seed=2)
    given = save.run(Save(path=name), {"model": first}, context)
    assert given == {"files": [context.run_dir / name]}
    loaded = load.run(Load(), {"model": other, **given}, context)["model"]
    assert torch.equal(loaded.state_dict()["fc.weight"], first.state_dict()["fc.weight"])
    assert torch.equal(other.state_dict()["fc.weight"], small(seed=2).state_dict()["fc.weight"])


def test_a_file_is_read_relative_to_the_current_directory(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    torch.save(small(seed=1).state_dict(), "mine.pth")
    loaded = load.run(Load(file="mine.pth"), {"model": small(seed=2)}, context)["model"]
    assert torch.equal(loaded.state_dict()["fc.weight"], small(seed=1).state_dict()["fc.weight"])


@pytest.mark.parametrize("path", ["../net.pth", "/tmp/net.pth", "a/../../net.pth"])
def test_nothing_is_written_outside_of_the_run_directory(path: str, context: Context) -> None:
    with pytest.raises(RunError, match="leads out of the run directory"):
        place(context.run_dir, path)
    with pytest.raises(ValidationError):
        Save(path=path)


@pytest.mark.parametrize("path", [".", "stages"])
def test_a_folder_is_no_file(path: str, context: Context) -> None:
    (context.run_dir / "stages").mkdir(exist_ok=True)
    with pytest.raises(RunError, match="is a folder"):
        place(context.run_dir, path)
    with pytest.raises(ValidationError):
        Save(path=path)


@pytest.mark.parametrize("path", ["a/b.pth", "./net.pth", "..net", "runs.json", "n" * 255])
def test_any_other_name_is_a_file_in_the_run_directory(path: str, context: Context) -> None:
    given = save.run(Save(path=path), {"model": small()}, context)
    assert given["files"][0].is_file()


def test_weights_of_another_network_are_reported(context: Context) -> None:
    given = save.run(Save(path="net.pth"), {"model": lenet()}, context)
    with pytest.raises(RunError, match=r"does not fit the network: not in the file: fc\.weight"):
        load.run(Load(), {"model": small(), **given}, context)
