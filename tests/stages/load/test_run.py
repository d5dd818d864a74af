"""load: a copy of the network with the weights of a file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from cifar_pipe.context import Context
from cifar_pipe.errors import RunError
from cifar_pipe.stages.load import run as load
from cifar_pipe.stages.load.spec import Load
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


def test_the_head_of_other_classes_stays_new_if_it_may(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    saved = lenet(seed=1).state_dict()
    torch.save({**saved, "fc3.weight": torch.zeros(6, 84), "fc3.bias": torch.zeros(6)}, "six.pth")
    network, other = lenet(seed=2), lenet(seed=2).state_dict()
    with pytest.raises(RunError) as raised:
        load.run(Load(file="six.pth"), {"model": network}, context)
    assert "fc3 gives 6 in the file: it is for 6 classes; `new_head: true`" in raised.value.help[0]
    given = {"model": network}
    loaded = load.run(Load(file="six.pth", new_head=True), given, context)["model"].state_dict()
    for name, one in loaded.items():
        assert torch.equal(one, (other if name.startswith("fc3.") else saved)[name])


def test_a_head_of_the_same_classes_is_loaded(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save(lenet(seed=1).state_dict(), "ten.pth")
    given = {"model": lenet(seed=2)}
    loaded = load.run(Load(file="ten.pth", new_head=True), given, context)["model"]
    assert torch.equal(loaded.fc3.weight, lenet(seed=1).fc3.weight)


def test_weights_of_another_network_are_reported(context: Context) -> None:
    given = save.run(Save(path="net.pth"), {"model": lenet()}, context)
    with pytest.raises(RunError, match=r"does not fit the network: not in the file: fc\.weight"):
        load.run(Load(), {"model": small(), **given}, context)


@pytest.mark.parametrize("name", ["net.pth", "net.safetensors"])
def test_half_weights_are_saved_as_they_are_and_loaded_exactly(name: str, context: Context) -> None:
    """The file is half as large; a network of float32 takes the same numbers."""
    half = small(seed=1).to(torch.bfloat16)
    given = save.run(Save(path=name), {"model": half}, context)
    loaded = load.run(Load(), {"model": small(seed=2), **given}, context)["model"]
    assert loaded.fc.weight.dtype == torch.float32
    assert torch.equal(loaded.fc.weight, half.fc.weight.float())
    if name.endswith("pth"):
        assert torch.load(given["files"][0])["fc.weight"].dtype == torch.bfloat16
