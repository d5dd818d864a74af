"""How a network's pretrained weights want their images: what `$model.…` stands for.

torchvision and timm say it, and are imported here when a pipeline asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from typing import Any

EXTRA = "cifar-pipe[timm]"
MODEL_NAMES = ("mean", "std", "size", "resize", "interpolation")
"""`mean` and `std` per channel of images from 0 to 1; `size` [height, width] of the images, cut
out of them after a `resize` of their shorter side, or to [height, width], by `interpolation`.
"""


class NoPresetError(Exception):
    """The network has none, in words."""


class MissingPackageError(NoPresetError):
    """What the network comes from is not installed; in words what it takes."""


def preset(network: str, layer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of MODEL_NAMES for the weights that the layer names, or for the usual ones.

    `layer` are the arguments of the network as they are written. Raises NoPresetError, or MissingPackageError.
    """
    return _of_timm(layer) if network == "timm" else _of_torchvision(network, layer.get("weights"))


def _of_torchvision(network: str, weights: Any) -> Mapping[str, Any]:
    from torchvision.models import get_model_weights  # noqa: PLC0415 (torch)

    members = get_model_weights(network).__members__
    # A name that does not exist is reported where it is written.
    transforms = members[weights if weights in members else "DEFAULT"].transforms()
    (resize,), (size,) = transforms.resize_size, transforms.crop_size
    return {
        "mean": list(transforms.mean),
        "std": list(transforms.std),
        "size": [size, size],
        "resize": resize,
        "interpolation": transforms.interpolation.value,
    }


def _of_timm(layer: Mapping[str, Any]) -> Mapping[str, Any]:
    name = layer.get("name")
    try:
        from timm.models import get_pretrained_cfg  # noqa: PLC0415 (torch, and an extra)
    except ImportError:
        message = f"timm, which is not installed: pip install {EXTRA!r}"
        raise MissingPackageError(message) from None
    try:
        known = get_pretrained_cfg(str(name), allow_unregistered=False)
    except RuntimeError:
        raise NoPresetError(f"timm knows no such values of {name}") from None
    size, written = list(known.input_size[1:]), layer.get("img_size")
    if written is not None:
        size = list(written) if isinstance(written, list) else [written, written]
    resize = [floor(side / (known.crop_pct or 0.875)) for side in size]
    return {
        "mean": list(known.mean),
        "std": list(known.std),
        "size": size,
        # Squashed images lose their shape, as those were that the network was trained on.
        "resize": resize if known.crop_mode == "squash" else min(resize),
        "interpolation": known.interpolation,
    }
