from __future__ import annotations

import pytest

from cifar_pipe.catalog.images.presets import MODEL_NAMES, NoPresetError, preset

SQUASHED = "coat_lite_medium_384.in1k"
IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}


def test_torchvision_says_it_of_each_weights() -> None:
    first = {**IMAGENET, "size": [224, 224], "resize": 256, "interpolation": "bilinear"}
    assert preset("resnet50", {"weights": "IMAGENET1K_V1"}) == first
    assert preset("resnet50", {"weights": "IMAGENET1K_V2"}) == {**first, "resize": 232}
    assert preset("resnet50", {}) == preset("resnet50", {"weights": "DEFAULT"})
    large = preset("vit_b_16", {"weights": "IMAGENET1K_SWAG_E2E_V1"})
    assert (large["size"], large["resize"], large["interpolation"]) == ([384, 384], 384, "bicubic")


def test_timm_says_it_of_each_name() -> None:
    """The values are those of timm.data.create_transform with the network's configuration."""
    data = pytest.importorskip("timm.data")
    models = pytest.importorskip("timm.models")
    for name in (
        "resnet10t",
        "vit_tiny_patch16_224",
        "inception_v3.tv_in1k",
        "resnet50.a1_in1k",
        SQUASHED,
    ):
        values = preset("timm", {"name": name})
        config = data.resolve_data_config(pretrained_cfg=models.get_pretrained_cfg(name).to_dict())
        resize, crop, _, normalize = data.create_transform(**config).transforms
        assert values["resize"] == (list(resize.size) if name == SQUASHED else resize.size)
        assert tuple(values["size"]) == tuple(crop.size)
        assert values["interpolation"] == resize.interpolation.value
        assert values["mean"] == pytest.approx(normalize.mean.tolist())
        assert values["std"] == pytest.approx(normalize.std.tolist())


def test_the_size_that_the_network_is_made_for_counts() -> None:
    pytest.importorskip("timm")
    assert preset("timm", {"name": "vit_tiny_patch16_224", "img_size": 32})["size"] == [32, 32]
    assert preset("timm", {"name": "vit_tiny_patch16_224", "img_size": 32})["resize"] == 35


def test_a_network_that_timm_does_not_have_has_none() -> None:
    pytest.importorskip("timm")
    with pytest.raises(NoPresetError):
        preset("timm", {"name": "resnet10x"})


@pytest.mark.parametrize("network", ["resnet18", "inception_v3"])
def test_each_name_has_a_value(network: str) -> None:
    assert set(preset(network, {})) == set(MODEL_NAMES)
