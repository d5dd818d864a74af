"""The row of timm's networks: what can be said without timm, and that its names are timm's."""

from __future__ import annotations

import inspect

import pytest
from pydantic import ValidationError

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.tables.timm_networks import ARGUMENTS_LEFT_OUT, TIMM


@pytest.mark.parametrize("name", ["hf-hub:timm/resnet18", "local-dir:/x", "a/b", "resnet18.", ""])
def test_a_name_leads_nowhere_else(name: str) -> None:
    with pytest.raises(ValidationError):
        make("layer", "timm", name=name)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": "DEFAULT", "weights_file": "a.pth"}, "not both"),
        ({"weights_stand_in": "random"}, "it needs weights"),
        ({"pretrained": True}, "pretrained"),
        ({"drop_path_rate": 2}, "drop_path_rate"),
        ({"num_classes": -1}, "num_classes"),
        ({"output_stride": 4}, "output_stride"),
    ],
)
def test_wrong_arguments_are_refused_without_timm(
    arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        make("layer", "timm", name="resnet18", **arguments)


def test_every_argument_of_timm_is_kept_or_left_out() -> None:
    timm = pytest.importorskip("timm")
    taken = {
        name
        for name, one in inspect.signature(timm.create_model).parameters.items()
        if one.kind is not one.VAR_KEYWORD
    }
    left_out = {name.removeprefix("timm.") for name in ARGUMENTS_LEFT_OUT}
    assert taken <= left_out
    assert not left_out & TIMM.args.keys()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("resnet10t", {"drop_path_rate": 0.1, "drop_block_rate": 0.1, "output_stride": 16}),
        ("resnet10t", {"zero_init_last": False, "act_layer": "silu", "global_pool": "catavgmax"}),
        ("vit_tiny_patch16_224", {"img_size": 32, "patch_size": 4, "global_pool": "token"}),
        ("vit_tiny_patch16_224", {"proj_drop_rate": 0.1, "attn_drop_rate": 0.1}),
        ("vit_tiny_patch16_224", {"pos_drop_rate": 0.1, "patch_drop_rate": 0.1}),
        ("vit_tiny_patch16_224", {"init_values": 1e-5, "global_pool": "map"}),
        ("efficientnet_b0", {"bn_momentum": 0.01, "bn_eps": 1e-3, "drop_rate": 0.1}),
    ],
)
def test_every_argument_is_taken_by_a_network(name: str, arguments: dict[str, object]) -> None:
    pytest.importorskip("timm")
    import torch

    from cifar_pipe.catalog.torch.build import build

    with torch.device("meta"):
        network = build(make("layer", "timm", name=name, num_classes=3, **arguments), in_chans=3)
        side = arguments.get("img_size", 224 if name.startswith("vit") else 64)
        assert network(torch.empty(2, 3, side, side)).shape == (2, 3)
