"""Weights are loaded where they surely are those of the network."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cifar_pipe.errors import RunError
from cifar_pipe.model.network import Network, build, build_on_meta
from cifar_pipe.model.weights.files import Weights
from cifar_pipe.model.weights.loading import Head, load_weights
from tests.kit import LENET, layer, lenet

PATH = Path("net.pth")


def below(prefix: str) -> Callable[[str], str]:
    return lambda name: f"{prefix}.{name}"


@pytest.mark.parametrize(
    ("rename", "remark"),
    [
        (below("module"), "names without module"),
        (below("model"), "names without model"),
        (below("backbone"), "names without backbone"),
        (below("_orig_mod"), "names without _orig_mod"),
        (below("module._orig_mod"), "names without _orig_mod and module"),
        (below("model.module"), "names without model.module"),
        (lambda name: name.replace("conv", "module.conv"), "names without module"),
    ],
)
@pytest.mark.parametrize("on_meta", [False, True])
def test_a_prefix_of_all_names_is_left_out_and_remarked(
    rename: Callable[[str], str], remark: str, on_meta: bool
) -> None:
    saved, network = lenet(seed=1), lenet(seed=2)
    state = {rename(name): one for name, one in saved.state_dict().items()}
    if on_meta:
        assert load_weights(build_on_meta(LENET, (3, 32, 32)), Weights(PATH, state)) == (remark,)
        return
    assert load_weights(network, Weights(PATH, state)) == (remark,)
    assert all(torch.equal(one, network.state_dict()[n]) for n, one in saved.state_dict().items())


@pytest.mark.parametrize(
    ("holder", "beside", "shown"),
    [
        ("model", ("loss.weight", "train_accuracy.total"), "loss.weight, train_accuracy.total"),
        ("net", ("loss.weight",), "loss.weight"),
        # torch.optim.swa_utils.AveragedModel counts what it averages.
        ("module", ("n_averaged",), "n_averaged"),
    ],
)
def test_what_a_training_module_holds_beside_the_network_is_left_out_and_remarked(
    holder: str, beside: tuple[str, ...], shown: str
) -> None:
    saved, network = lenet(seed=1).state_dict(), lenet(seed=2)
    state = {f"{holder}.{name}": one for name, one in saved.items()}
    state |= {name: torch.zeros(1) for name in beside}
    remark = f"names below {holder}, without what is beside it: {shown}"
    assert load_weights(network, Weights(PATH, state)) == (remark,)
    assert all(torch.equal(one, network.state_dict()[name]) for name, one in saved.items())


def test_nothing_is_left_out_where_a_module_holds_two_such_networks() -> None:
    names = [f"{holder}.{name}" for holder in ("model", "teacher") for name in lenet().state_dict()]
    state = dict(zip(names, [*lenet(seed=1).state_dict().values()] * 2, strict=True))
    with pytest.raises(RunError, match="does not fit the network"):
        load_weights(lenet(), Weights(PATH, state))


def test_a_network_that_is_one_layer_takes_the_names_of_the_layer() -> None:
    network = build([layer("squeezenet1_1", id="net")], (3, 64, 64), seed=0)
    inner = network.get_submodule("net").state_dict()
    zeros = {name: torch.zeros_like(one) for name, one in inner.items()}
    assert load_weights(network, Weights(PATH, zeros)) == ("names below net",)
    assert not any(one.any() for one in network.state_dict().values())
    wrapped = {f"module.{name}": one for name, one in zeros.items()}
    assert load_weights(network, Weights(PATH, wrapped)) == ("names below net without module",)


def test_the_first_try_is_the_one_that_is_reported() -> None:
    state = {f"module.{name}": one for name, one in lenet().state_dict().items()}
    state["module.more"] = torch.zeros(1)
    with pytest.raises(RunError, match=r"not in the network: module\.conv1\.weight"):
        load_weights(lenet(), Weights(PATH, state))


def norms() -> Network:
    layers = [layer("Flatten"), layer("BatchNorm1d", id="norm"), layer("Linear", out_features=2)]
    return build(layers, (1, 2, 5), seed=0)


def test_a_file_from_before_batches_were_counted_is_loaded() -> None:
    """As torchvision publishes its ResNets: names without num_batches_tracked."""
    state = norms().state_dict()
    old = OrderedDict((k, one) for k, one in state.items() if "num_batches" not in k)
    assert load_weights(norms(), Weights(PATH, old)) == ()


def test_names_of_old_densenets_are_brought_into_todays_form() -> None:
    network = build_on_meta([layer("densenet121", id="net")], (3, 224, 224)).get_submodule("net")
    old = {
        name.replace("norm1.", "norm.1.").replace("conv2.", "conv.2.")
        if "denselayer" in name
        else name: one
        for name, one in network.state_dict().items()
    }
    assert any(".norm.1." in name for name in old)
    assert load_weights(network, Weights(PATH, old)) == ()


def test_names_of_old_vision_transformers_are_too() -> None:
    network = build_on_meta([layer("vit_b_32", id="net")], (3, 224, 224)).get_submodule("net")
    old = {
        name.replace("mlp.0.", "mlp.linear_1.").replace("mlp.3.", "mlp.linear_2."): one
        for name, one in network.state_dict().items()
    }
    assert any("linear_2" in name for name in old)
    assert load_weights(network, Weights(PATH, old)) == ()


def resnet(classes: int) -> nn.Module:
    layers = [layer("resnet18", num_classes=classes, id="net")]
    return build(layers, (3, 32, 32), seed=classes).get_submodule("net")


def test_a_head_for_other_classes_stays_new_and_further_heads_are_left_out() -> None:
    saved, network = resnet(7), resnet(3)
    own = network.get_submodule("fc").state_dict()
    state: dict[str, Tensor] = {**saved.state_dict(), "aux.weight": torch.zeros(2)}
    remarks = load_weights(network, Weights(PATH, state), head=Head("fc", ("aux",)))
    assert remarks == ("its fc is for other classes, and stays new",)
    loaded: Any = network.state_dict()
    assert torch.equal(loaded["conv1.weight"], saved.state_dict()["conv1.weight"])
    assert torch.equal(loaded["fc.weight"], own["weight"])
