"""Colour changes of a batch, a factor for each image.

The arithmetic is that of torchvision's v2 functions: whole numbers are changed as floats, kept
within 0 and 255, and cut off; floats are kept within 0 and 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.transforms import kernels
from cifar_pipe.data.transforms.randomness import within

# Shares of red, green and blue in a pixel's luma (ITU-R BT.601).
_LUMA = (0.2989, 0.587, 0.114)


def jitter_ranges(transform: Component) -> dict[str, tuple[float, float]]:
    """The range of each factor that is written."""
    ranges: dict[str, tuple[float, float]] = {}
    for name in JITTERS:
        middle, lowest = (0, -0.5) if name == "hue" else (1, 0)
        match transform.get(name):
            case [low, high]:
                ranges[name] = low, high
            case float() | int() as spread:
                ranges[name] = max(middle - spread, lowest), middle + spread
    return ranges


def jitter_draws(transform: Component, uniform: Tensor, _: object) -> tuple[Tensor, Tensor]:
    """Each image's order of the changes, int64 `[n, 4]`, and its factors, float32 `[n, 4]`."""
    ranges = jitter_ranges(transform)
    columns = enumerate(JITTERS)
    factors = [within(uniform[:, column], *ranges.get(name, (0, 0))) for column, name in columns]
    return uniform[:, len(JITTERS) :].argsort(1), torch.stack(factors, 1)


def jitter(images: Tensor, transform: Component, turns: Tensor, factors: Tensor) -> Tensor:
    """The changes that are written, for each image in its own order."""
    written = jitter_ranges(transform)
    for turn in range(len(JITTERS)):
        for column, (name, change) in enumerate(JITTERS.items()):
            if name in written:
                chosen = turns[:, turn] == column
                images = kernels.on_chosen(images, chosen, change, factors[chosen, column])
    return images


def brightness(images_nchw: Tensor, factor_n: Tensor) -> Tensor:
    """Scales all values."""
    return _within_range(images_nchw * factor_n.float().view(-1, 1, 1, 1), images_nchw.dtype)


def contrast(images_nchw: Tensor, factor_n: Tensor) -> Tensor:
    """Moves all values from the mean luma of their image (factor above 1) or towards it."""
    return _blend(images_nchw, _luma(images_nchw).mean(dim=(1, 2, 3), keepdim=True), factor_n)


def saturation(images_nchw: Tensor, factor_n: Tensor) -> Tensor:
    """Moves each pixel from its luma (factor above 1) or towards it."""
    grey = images_nchw.shape[1] == 1
    return images_nchw if grey else _blend(images_nchw, _luma(images_nchw), factor_n)


def sharpness(images_nchw: Tensor, factor_n: Tensor) -> Tensor:
    """Moves each pixel from a mean of its neighbourhood (factor above 1) or towards it; those at the
    edges stay.
    """
    channels, height, width = images_nchw.shape[1:]
    if height <= 2 or width <= 2:
        return images_nchw
    whole = not images_nchw.is_floating_point()
    images = images_nchw.to(torch.float32, copy=True)
    weights = torch.full((3, 3), 1 / 13, device=images.device)
    weights[1, 1] = 5 / 13
    blurred = F.conv2d(images, weights.expand(channels, 1, 3, 3), groups=channels)
    inner = images[..., 1:-1, 1:-1]
    rest = (1 - factor_n.double()).float().view(-1, 1, 1, 1)
    inner.copy_(_plus(inner, (blurred.round_() if whole else blurred).sub_(inner), rest))
    return _within_range(images, images_nchw.dtype)


def hue(images_nchw: Tensor, shift_n: Tensor) -> Tensor:
    """Turns each pixel's hue by a share of the colour wheel."""
    if images_nchw.shape[1] == 1:
        return images_nchw
    whole = not images_nchw.is_floating_point()
    rgb = images_nchw.to(torch.float32) / 255 if whole else images_nchw
    turned = _turned(rgb, shift_n)
    # 255.999 instead of 255, cut off: 1.0 becomes 255, and the steps are equally wide.
    return turned.mul_(255.999).to(images_nchw.dtype) if whole else turned


def _turned(rgb_nchw: Tensor, shift_n: Tensor) -> Tensor:
    """The same saturation and value at another hue; see A. R. Smith, SIGGRAPH 1978.

    With hue h in [0, 6), chroma C and value V, channel k in (5, 3, 1) for red, green, blue is
    V - C max(0, min(t, 4 - t, 1)), where t = (k + h) mod 6.
    """
    red, green, blue = rgb_nchw.unbind(1)
    # Pairwise: aminmax over three channels takes eight times as long.
    highest = torch.maximum(torch.maximum(red, green), blue)
    chroma = highest - torch.minimum(torch.minimum(red, green), blue)
    # Grey pixels have differences of zero over this, and no chroma to turn.
    safe = chroma.clamp(min=1e-9)
    sector = torch.where(highest == green, 2 + (blue - red) / safe, 4 + (red - green) / safe)
    sector = torch.where(highest == red, (green - blue) / safe, sector)
    turned = sector + 6 * shift_n.view(-1, 1, 1)
    places = torch.tensor([5.0, 3.0, 1.0], device=rgb_nchw.device).view(1, 3, 1, 1)
    t = places + turned.unsqueeze(1)
    t -= 6 * (t / 6).floor()  # remainder() is not vectorised and took half of the time
    share = torch.minimum(t, 4 - t).clamp_(0, 1)
    return (highest.unsqueeze(1) - chroma.unsqueeze(1) * share).clamp_(0, 1)


def _luma(images_nchw: Tensor) -> Tensor:
    """Float32 `[n, 1, h, w]`; whole numbers are cut off."""
    if images_nchw.shape[1] == 1:
        return images_nchw.to(torch.float32)
    red, green, blue = images_nchw.unbind(1)
    luma = red.mul(_LUMA[0]).add_(green, alpha=_LUMA[1]).add_(blue, alpha=_LUMA[2]).unsqueeze(1)
    return luma if images_nchw.is_floating_point() else luma.floor_()


def _blend(images_nchw: Tensor, other: Tensor, factor_n: Tensor) -> Tensor:
    """`factor * images + (1 - factor) * other`."""
    factor = factor_n.double().view(-1, 1, 1, 1)
    blended = _plus(images_nchw * factor.float(), other, (1 - factor).float())
    return _within_range(blended, images_nchw.dtype)


def _plus(values: Tensor, other: Tensor, factor: Tensor) -> Tensor:
    """The sum of values and factor * other, rounded once, as add(other, alpha=factor) has it: a
    whole number that is a rounding error short would be cut off to the one below.
    """
    return values.double().addcmul_(other.double(), factor.double()).float()


def _within_range(values: Tensor, dtype: torch.dtype) -> Tensor:
    return values.clamp_(0, 1 if dtype.is_floating_point else 255).to(dtype)


JITTERS: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "brightness": brightness,
    "contrast": contrast,
    "saturation": saturation,
    "hue": hue,
}
JITTER_COLUMNS = 2 * len(JITTERS)  # uniform numbers for each image: factors, then their order
