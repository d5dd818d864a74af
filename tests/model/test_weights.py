from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch

from cifar_pipe.errors import RunError
from cifar_pipe.model.weights import compare, read_weights, write_weights
from tests.kit import lenet

SUFFIXES = [".pth", ".safetensors"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_is_read_back(suffix: str, tmp_path: Path) -> None:
    path, state = tmp_path / f"net{suffix}", lenet().state_dict()
    write_weights(path, state)
    found = read_weights(path)
    assert list(found) == list(state) or suffix == ".safetensors"
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in state.items())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_equal_weights_give_equal_files(suffix: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}{suffix}" for name in ("one", "another")]
    for path in paths:
        write_weights(path, lenet().state_dict())
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_pytorch_itself_reads_the_file(tmp_path: Path) -> None:
    network = lenet()
    write_weights(tmp_path / "net.pth", network.state_dict())
    network.load_state_dict(torch.load(tmp_path / "net.pth", weights_only=True))


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"there is no file .*none\.pth"):
        read_weights(tmp_path / "none.pth")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_reported(suffix: str, share: float, tmp_path: Path) -> None:
    path = tmp_path / f"net{suffix}"
    write_weights(path, lenet().state_dict())
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(RunError, match="is damaged, or not a file of weights") as caught:
        read_weights(path)
    assert str(path) in caught.value.message


def test_a_flipped_bit_among_the_weights_is_noticed(tmp_path: Path) -> None:
    """torch.load alone takes it for other weights."""
    path = tmp_path / "net.pth"
    write_weights(path, lenet().state_dict())
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    torch.load(path, weights_only=True)
    with pytest.raises(RunError, match="checksum"):
        read_weights(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("content", [b"", b"hello", b"\x80\x04K\x01.", bytes(1000)])
def test_a_file_of_something_else_is_reported(content: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"net{suffix}"
    path.write_bytes(content)
    with pytest.raises(RunError, match=str(path)):
        read_weights(path)


def test_a_whole_network_is_no_weights(tmp_path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2), tmp_path / "net.pth")
    with pytest.raises(RunError, match="holds more than weights"):
        read_weights(tmp_path / "net.pth")


def test_a_file_that_runs_code_is_not_run(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (print, ("run",))

    with (tmp_path / "net.pth").open("wb") as file:
        pickle.dump(Evil(), file)
    with pytest.raises(RunError):
        read_weights(tmp_path / "net.pth")


def test_a_checkpoint_is_reported_with_what_it_holds(tmp_path: Path) -> None:
    torch.save({"model": {}, "epoch": 3}, tmp_path / "net.pth")
    with pytest.raises(
        RunError, match="does not hold a state_dict: a mapping with the keys model, epoch"
    ):
        read_weights(tmp_path / "net.pth")


def test_weights_of_another_network_are_compared_in_words(tmp_path: Path) -> None:
    wanted = {"conv1.weight": torch.zeros(6, 3, 5, 5), "fc.weight": torch.zeros(10, 84)}
    found = {"conv1.weight": torch.zeros(6, 1, 5, 5), "head.weight": torch.zeros(10, 84)}
    with pytest.raises(RunError) as caught:
        compare(Path("net.pth"), found, wanted)
    assert caught.value.message == (
        "net.pth does not fit the network: not in the file: fc.weight; "
        "not in the network: head.weight; "
        "conv1.weight is [6, 1, 5, 5] there and [6, 3, 5, 5] in the network"
    )


def test_many_names_are_cut_short() -> None:
    wanted = {f"layer{number}": torch.zeros(1) for number in range(8)}
    with pytest.raises(RunError, match=r"layer4 and 3 more$"):
        compare(Path("net.pth"), {}, wanted)


def test_without_safetensors_it_is_reported_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "safetensors", None)
    with pytest.raises(RunError, match="need the package safetensors"):
        write_weights(tmp_path / "net.safetensors", lenet().state_dict())
