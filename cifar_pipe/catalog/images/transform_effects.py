"""What each transform does to the channels, the size and the kind of value of images."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import Images, Values
from cifar_pipe.diagnostics.problem import Problem, ProblemError


def refused(message: str, *argument: str, help: str | None = None) -> ProblemError:  # noqa: A002
    """The error for a transform that cannot take the images, at its argument or its name."""
    return ProblemError(Problem(message, argument, "transform", help))


def unchanged(images: Images, _: Component) -> Images:
    return images


def colours(images: Images, transform: Component) -> Images:
    """Colour transforms take one channel or three."""
    if images.channels not in (None, 1, 3):
        raise refused(f"{transform.name} takes images of 1 or 3 channels, not {images.channels}")
    return images


def filled(images: Images, transform: Component) -> Images:
    """Warps that keep the size and fill what comes from outside."""
    _check_per_channel(images, transform, "fill")
    return images


def augmented(images: Images, transform: Component) -> Images:
    """Policies of colour transforms and warps."""
    return filled(colours(images, transform), transform)


def to_tensor(images: Images, _: Component) -> Images:
    if images.dtype == "float32":
        message = "ToTensor makes floats from whole numbers, and these images are floats already"
        raise refused(message, help="leave this ToTensor out")
    return replace(images, dtype="float32", values="0 to 1")


def to_dtype(images: Images, transform: Component) -> Images:
    dtype, scale = transform.get("dtype"), transform.get("scale")
    if dtype == "uint8" and images.dtype == "float32":
        # Floats that are not whole numbers from 0 to 255 do not become such by themselves.
        if images.values == "shifted":
            made = "ToDtype makes whole numbers from 0 to 255"
            message = f"{made}, and Normalize has shifted the values"
            raise refused(message, "dtype", help="leave ToDtype out")
        if images.values == "0 to 1" and not scale:
            cut = "ToDtype without scale cuts the fractions off"
            message = f"{cut}, and of values from 0 to 1 leaves 0"
            raise refused(message, "dtype", help="leave ToDtype out")
    scaled: Values = "0 to 1" if dtype == "float32" else "0 to 255"
    return replace(images, dtype=dtype, values=scaled if scale else images.values)


def normalize(images: Images, transform: Component) -> Images:
    for name in ("mean", "std"):
        _check_per_channel(images, transform, name)
    return replace(images, values="shifted")


def grayscale(images: Images, transform: Component) -> Images:
    return replace(colours(images, transform), channels=transform.get("num_output_channels"))


def rgb(images: Images, transform: Component) -> Images:
    return replace(colours(images, transform), channels=3)


def resize(images: Images, transform: Component) -> Images:
    size, longest = transform.get("size"), transform.get("max_size")
    if isinstance(size, list):
        if longest is not None:
            message = "max_size goes with a size of one number"
            help_ = "leave max_size out, or give size as one number"
            raise refused(message, "max_size", help=help_)
        return _sized(images, size)
    if size is None and longest is None:
        raise refused("Resize takes size, max_size, or both", "size")
    if size is not None and longest is not None and longest <= size:
        raise refused(f"max_size must be above size ({size})", "max_size")
    if images.height is None or images.width is None:
        return replace(images, height=None, width=None)
    return _sized(images, _scaled_sides(images.height, images.width, size, longest))


def sized(images: Images, transform: Component) -> Images:
    """Whatever comes becomes `size`."""
    return _sized(images, pair(transform.get("size")))


def random_crop(images: Images, transform: Component) -> Images:
    height, width = pair(transform.get("size"))
    padding, fits_always = transform.get("padding"), transform.get("pad_if_needed")
    left, top, right, bottom = sides(padding or 0)
    if padding:
        _check_padding(images, transform, (left, top, right, bottom), "padding")
    if fits_always:
        # As torchvision does: all that is missing, on both sides.
        more_down = max(0, height - (images.height or height) - top - bottom)
        more_across = max(0, width - (images.width or width) - left - right)
        if more_down or more_across:
            reach = (left + more_across, top + more_down, right + more_across, bottom + more_down)
            _check_padding(images, transform, reach, "size")
    for name, have, add, want in (
        ("high", images.height, top + bottom, height),
        ("wide", images.width, left + right, width),
    ):
        if have is not None and have + add < want and not fits_always:
            padded = f", {have + add} with padding" if add else ""
            message = f"a crop {want} {name} does not fit into images {have} {name}{padded}"
            larger = f"[{max(height, images.height or 0)}, {max(width, images.width or 0)}]"
            help_ = f"crop less, or put {{type: Resize, size: {larger}}} before it"
            raise refused(message, "size", help=help_)
    return _sized(images, [height, width])


def pad(images: Images, transform: Component) -> Images:
    left, top, right, bottom = sides(transform.get("padding"))
    _check_padding(images, transform, (left, top, right, bottom), "padding")
    height = None if images.height is None else images.height + top + bottom
    width = None if images.width is None else images.width + left + right
    return replace(images, height=height, width=width)


def rotation(images: Images, transform: Component) -> Images:
    images = filled(images, transform)
    return replace(images, height=None, width=None) if transform.get("expand") else images


def erasing(images: Images, transform: Component) -> Images:
    if not isinstance(transform.get("value"), str):
        _check_per_channel(images, transform, "value")
    return images


def solarize(images: Images, transform: Component) -> Images:
    highest, words = (255, "whole numbers") if images.dtype == "uint8" else (1, "floats")
    if transform.get("threshold") > highest:
        message = f"the threshold is at most {highest} here, where images are {words}"
        help_ = "after ToTensor a threshold lies between 0 and 1" if highest == 1 else None
        raise refused(message, "threshold", help=help_)
    return colours(images, transform)


def elastic(images: Images, transform: Component) -> Images:
    """The field is blurred by kernels of 8 sigma + 1 pixels, mirrored at the edges of the image."""
    written = transform.get("sigma")
    sigma = max(written) if isinstance(written, list | tuple) else written
    beyond = int(8 * sigma + 1) // 2
    if any(side is not None and beyond >= side for side in (images.height, images.width)):
        size = _size_words(images)
        message = f"sigma {sigma:g} reaches {beyond} pixels, too far for images of {size}"
        raise refused(message, "sigma", help="a smaller sigma, or Resize before it")
    return filled(images, transform)


def blur(images: Images, transform: Component) -> Images:
    across, down = pair(transform.get("kernel_size"))
    for size, side in ((down, images.height), (across, images.width)):
        if side is not None and size // 2 >= side:
            words = f"a kernel of {size} is too large for images of {_size_words(images)}"
            raise refused(words, "kernel_size")
    return images


def pair(size: int | list[int]) -> list[int]:
    """`[height, width]` of a size given as one number or as two."""
    return [size, size] if isinstance(size, int) else list(size)


def sides(padding: int | list[int]) -> tuple[int, int, int, int]:
    """`(left, top, right, bottom)` of a padding given as one number, two or four."""
    match padding:
        case int():
            return padding, padding, padding, padding
        case [across, down]:
            return across, down, across, down
        case [left, top, right, bottom]:
            return left, top, right, bottom
    raise AssertionError(padding)


def _sized(images: Images, size: list[int]) -> Images:
    return replace(images, height=size[0], width=size[1])


def _scaled_sides(height: int, width: int, size: int | None, longest: int | None) -> list[int]:
    """The rule of torchvision: `size` is the shorter side's, unless the longer passes `longest`.

    Fractions are cut off, as torchvision does.
    """
    short, long = min(height, width), max(height, width)
    if size is None:
        assert longest is not None
        new_short, new_long = int(longest * short / long), longest
    else:
        new_short, new_long = size, int(size * long / short)
        if longest is not None and new_long > longest:
            new_short, new_long = int(longest * new_short / new_long), longest
    return [new_long, new_short] if width <= height else [new_short, new_long]


def _check_per_channel(images: Images, transform: Component, name: str) -> None:
    value: Any = transform.get(name)
    if isinstance(value, list) and images.channels and len(value) not in (1, images.channels):
        values, channels = _count(len(value), "value"), _count(images.channels, "channel")
        several = ", or one for all" if images.channels > 1 else ""
        message = f"{name} has {values} for images of {channels}"
        raise refused(message, name, help=f"give one value per channel{several}")


def _check_padding(
    images: Images, transform: Component, padding: tuple[int, int, int, int], argument: str
) -> None:
    mode = transform.get("padding_mode")
    if mode == "constant":
        _check_per_channel(images, transform, "fill")
    # A reflection cannot reach beyond the image: without the edge itself one pixel less.
    spare = {"reflect": 1, "symmetric": 0}.get(mode)
    if spare is None:
        return
    left, top, right, bottom = padding
    for side, widest in ((images.width, max(left, right)), (images.height, max(top, bottom))):
        if side is not None and widest > side - spare:
            message = f"padding_mode: {mode} reaches at most {side - spare} here, not {widest}"
            help_ = "pad less, or use padding_mode: edge or constant"
            raise refused(message, argument, help=help_)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _size_words(images: Images) -> str:
    return f"{images.height or '?'}x{images.width or '?'}"
