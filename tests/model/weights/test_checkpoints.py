"""Where the state_dict is in what people save."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from cifar_pipe.errors import RunError
from cifar_pipe.model.weights.checkpoints import state_in
from cifar_pipe.model.weights.files import read_weights

STATE = nn.Linear(3, 2).state_dict()
OPTIMIZER = torch.optim.Adam(nn.Linear(3, 2).parameters())
PATH = Path("runs/net.pth")


def test_a_state_dict_is_all_that_there_is() -> None:
    assert state_in(PATH, STATE) == (STATE, ())


@pytest.mark.parametrize(
    ("held", "entry"),
    [
        ({"net": STATE, "acc": 91.2, "epoch": 10}, "net"),
        ({"model_state_dict": STATE, "optimizer_state_dict": OPTIMIZER.state_dict()}, "model_state_dict"),
        ({"state_dict": STATE, "optimizer_states": [], "hyper_parameters": {}}, "state_dict"),
        ({"checkpoint": {"model": STATE, "epoch": 3}}, "checkpoint.model"),
    ],
)  # fmt: skip
def test_of_a_checkpoint_it_is_the_only_entry_that_is_one(held: Any, entry: str) -> None:
    assert state_in(PATH, held) == (STATE, (f"the weights in its entry {entry}",))


def test_what_an_optimizer_keeps_is_none() -> None:
    layer = nn.Linear(3, 2)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    state, _ = state_in(PATH, {"optimizer": optimizer.state_dict(), "model": STATE})
    assert state is STATE


def test_of_several_one_has_to_be_chosen() -> None:
    with pytest.raises(RunError, match="several networks: model, model_ema") as caught:
        state_in(PATH, {"model": STATE, "model_ema": STATE, "epoch": 3})
    cure = "torch.save(torch.load('runs/net.pth')['model'], 'runs/net_weights.pth')"
    assert cure in caught.value.help[0]


@pytest.mark.parametrize(
    ("held", "what"),
    [
        ({"model": {}, "epoch": 3}, "a mapping with the keys model, epoch"),
        ([torch.zeros(2)], "an object of type list"),
        (3, "an object of type int"),
    ],
)
def test_without_one_it_is_reported_what_there_is(held: Any, what: str) -> None:
    with pytest.raises(RunError, match=f"does not hold a state_dict: {what}"):
        state_in(PATH, held)


LIGHTNING = {
    "epoch": 1,
    "pytorch-lightning_version": "2.4.0",
    "state_dict": {f"model.{name}": one for name, one in STATE.items()},
    "optimizer_states": [OPTIMIZER.state_dict()],
    "hyper_parameters": argparse.Namespace(lr=0.1),
}
TIMM = {"epoch": 3, "arch": "x", "state_dict": STATE, "args": argparse.Namespace(lr=0.1)}


@pytest.mark.parametrize("held", [LIGHTNING, TIMM])
def test_whole_checkpoints_of_lightning_and_timm_are_taken(held: Any, tmp_path: Path) -> None:
    """Their settings are plain attributes: reading them runs nothing."""
    torch.save(held, tmp_path / "net.ckpt")
    weights = read_weights(tmp_path / "net.ckpt")
    assert weights.remarks == ("the weights in its entry state_dict",)
    assert {name.removeprefix("model.") for name in weights.state} == {*STATE}


def test_of_timms_weights_and_their_average_one_has_to_be_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({**TIMM, "state_dict_ema": STATE}, "net.pth.tar")
    with pytest.raises(RunError, match="networks: state_dict, state_dict_ema") as caught:
        read_weights(Path("net.pth.tar"))
    exec(caught.value.help[0].rpartition("file: ")[2], {"torch": torch})
    assert read_weights(Path("net.pth_weights.pth")).state.keys() == STATE.keys()
