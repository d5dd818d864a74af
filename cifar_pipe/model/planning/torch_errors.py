"""PyTorch's complaints about a layer, in the words of the pipeline.

PyTorch tells sizes that nobody has written (of padded tensors, with the batch) and internal names.
Each rule here knows one complaint by its words; what none knows is told as PyTorch tells it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.planning.planned import Shape, words


class Complaint(Exception):  # noqa: N818
    """A misfit whose place among the layers is not yet known; fields as in Misfit."""

    def __init__(
        self,
        message: str,
        *,
        argument: str | None = None,
        help: str | None = None,  # noqa: A002
        code: str = "shape",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.argument = argument
        self.help = help
        self.code = code


@dataclass(frozen=True)
class _Case:
    layer: Component
    shape: Shape
    told: re.Match[str]

    def value(self, argument: str) -> Any:
        return self.layer.get(argument) if argument in self.layer.entry.args else None


def of_construction(layer: Component, sizes: Mapping[str, Any], error: Exception) -> Complaint:
    """The layer cannot be made at all: its own arguments disagree, or disagree with `sizes`."""
    text = _first_line(error)
    divides = re.search(r"(\w+)(?: \(\d+\))? must be divisible by (\w+)", text)
    if divides:
        return _does_not_divide(layer, sizes, divides[1], divides[2])
    if "padding='same' is not supported for strided" in text:
        return Complaint(
            f"{layer.name} takes padding same only with stride 1, not {layer.get('stride')}",
            argument="padding",
            code="argument",
        )
    argument = next((name for name in layer.given if re.search(rf"\b{name}\b", text)), None)
    return Complaint(f"{layer.name} cannot be made: {text}", argument=argument, code="argument")


def _does_not_divide(
    layer: Component, sizes: Mapping[str, Any], whole: str, part: str
) -> Complaint:
    values = {**{name: layer.get(name) for name in layer.entry.args}, **sizes}
    whole = next((name for name in (whole, *sizes) if name in values), whole)
    part = next((name for name in (part, "nhead", "num_groups") if name in values), part)
    return Complaint(
        f"{part} {values.get(part)} of {layer.name} does not divide {whole} {values.get(whole)}",
        argument=part,
        help=_divisors(part, values.get(whole)),
        code="shape" if whole in sizes else "argument",
    )


def _divisors(part: str, whole: Any) -> str | None:
    if not isinstance(whole, int):
        return None
    fitting = [str(number) for number in range(1, whole + 1) if whole % number == 0]
    shown = ", ".join(fitting[:8]) + (", …" if len(fitting) > 8 else "")
    return f"{part} can be {shown}"


def of_run(layer: Component, shape: Shape, error: Exception) -> Complaint:
    """The layer does not take an image of `shape` (without N)."""
    if layer.entry.traits.get("network"):
        return _other_size(layer, shape, error)
    for pattern, rule in _RULES:
        told = re.search(pattern, str(error), re.IGNORECASE)
        if told:
            return rule(_Case(layer, shape, told))
    return Complaint(f"{layer.name} does not take {words(shape)}: {_first_line(error)}")


def _other_size(layer: Component, shape: Shape, error: Exception) -> Complaint:
    """A whole network, whose own layers would tell sizes that nobody has written."""
    argument = layer.entry.traits.get("image_size")
    size = layer.get(argument) if argument else None
    height, width = size if isinstance(size, list) else (size, size)
    if argument is None or shape[1:] == (height, width):
        return Complaint(
            f"{layer.name} does not fit {words(shape)}: {_first_line(error)}",
            help="its images must be larger: put {type: Resize, size: [224, 224]} into the transforms",
        )
    return Complaint(
        f"{layer.name} takes images of {height}x{width} only, not {words(shape)}",
        argument=argument,
        help=f"put {{type: Resize, size: [{height}, {width}]}} into the transforms, "
        f"or give another {argument}",
    )


# What makes an output too small, and what to do about it: the first that the layer has.
_SHRINKS = {
    "upscaled": ("scale_factor", "a larger scale_factor"),
    "cropped": ("padding", "cut less off: a padding nearer to 0"),
    "transposed": ("padding", "less padding: it cuts the output of a transposed convolution"),
    "window": (
        "kernel_size",
        "a smaller kernel_size, more padding, or fewer layers above that make the image smaller",
    ),
}


def _no_pixels(case: _Case) -> Complaint:
    argument, advice = _shrinking(case)
    with_argument = f" with {argument} {case.value(argument)}" if argument else ""
    return Complaint(
        f"{case.layer.name}{with_argument} does not fit {words(case.shape)}: "
        "the output would have no pixels",
        argument=argument,
        help=advice,
    )


def _shrinking(case: _Case) -> tuple[str | None, str | None]:
    name = case.layer.name
    if name.startswith("ConvTranspose"):
        return _SHRINKS["transposed"]
    if case.value("kernel_size") is not None:
        return _SHRINKS["window"]
    if case.value("scale_factor") is not None:
        return _SHRINKS["upscaled"]
    return _SHRINKS["cropped"] if "Pad" in name else (None, None)


def _padding_above_half(case: _Case) -> Complaint:
    return Complaint(
        f"{case.layer.name} takes a padding of at most half its kernel_size "
        f"{case.value('kernel_size')}, not {case.value('padding')}",
        argument="padding",
        code="argument",
    )


def _padding_above_image(case: _Case) -> Complaint:
    return Complaint(
        f"{case.layer.name} with padding {case.value('padding')} does not fit "
        f"{words(case.shape)}: the padding must be smaller than the image",
        argument="padding",
    )


def _square_of_factor(case: _Case) -> Complaint:
    factor = case.value("upscale_factor")
    return Complaint(
        f"{case.layer.name} with upscale_factor {factor} does not fit {words(case.shape)}: "
        f"{case.shape[0]} channels are not divisible by {factor} × {factor}",
        argument="upscale_factor",
    )


def _whole_blocks(case: _Case) -> Complaint:
    factor = case.value("downscale_factor")
    return Complaint(
        f"{case.layer.name} with downscale_factor {factor} does not fit {words(case.shape)}: "
        f"height and width must be divisible by {factor}",
        argument="downscale_factor",
    )


def _whole_groups(case: _Case) -> Complaint:
    return Complaint(
        f"groups {case.value('groups')} of {case.layer.name} does not divide "
        f"{case.shape[0]} channels",
        argument="groups",
        help=_divisors("groups", case.shape[0]),
    )


def _sizes_of_unflatten(case: _Case) -> Complaint:
    dim, sizes = case.value("dim"), case.value("unflattened_size")
    return Complaint(
        f"{case.layer.name} cannot split dimension {dim} of {words(case.shape)} into {sizes}",
        argument="unflattened_size",
    )


def _wrong_mode(case: _Case) -> Complaint:
    takes = {"3": "[N, C, L]", "4": "[N, C, H, W]", "5": "[N, C, D, H, W]"}[case.told[2]]
    return Complaint(
        f"{case.layer.name} with mode {case.told[1]} takes {takes}, not {words(case.shape)}",
        argument="mode",
    )


def _odd(case: _Case) -> Complaint:
    return Complaint(
        f"{case.layer.name} halves dimension {case.told[1]}, and {words(case.shape)} has an odd "
        f"{case.told[2]} there",
        argument="dim",
    )


def _output_padding(case: _Case) -> Complaint:
    return Complaint(
        f"{case.layer.name} takes an output_padding below its stride {case.value('stride')} or "
        f"dilation {case.value('dilation')}, not {case.value('output_padding')}",
        argument="output_padding",
        code="argument",
    )


def no_dimension(layer: Component, shape: Shape, dimension: int) -> Complaint:
    names = ("dim", "start_dim", "end_dim")
    return Complaint(
        f"{layer.name} works on dimension {dimension}, and {words(shape)} has "
        f"dimensions 0 (the batch) to {len(shape)}",
        argument=next((name for name in names if layer.given.get(name) == dimension), None),
    )


def _no_such_dimension(case: _Case) -> Complaint:
    return no_dimension(case.layer, case.shape, int(case.told[1]))


def _one_pixel(case: _Case) -> Complaint:
    return Complaint(
        f"{case.layer.name} does not fit {words(case.shape)}: one pixel has no variance",
        help=f"leave {case.layer.name} out where the image is a single pixel",
    )


def _one_value_a_group(case: _Case) -> Complaint:
    groups = case.value("num_groups")
    return Complaint(
        f"{case.layer.name} with num_groups {groups} does not fit {words(case.shape)}: "
        "one value a group has no variance",
        argument="num_groups",
        help=f"fewer groups, or leave {case.layer.name} out",
    )


def _end_before_start(case: _Case) -> Complaint:
    start, end = case.value("start_dim"), case.value("end_dim")
    return Complaint(
        f"{case.layer.name} joins the dimensions from start_dim to end_dim, and {start} comes "
        f"behind {end} in {words(case.shape)}",
        argument="end_dim" if "end_dim" in case.layer.given else "start_dim",
        help="leave end_dim out: it is the last dimension, or exchange the two",
    )


def _dimension_twice(case: _Case) -> Complaint:
    return Complaint(
        f"{case.layer.name} takes each dimension once: dim {case.value('dim')} names one of "
        f"{words(case.shape)} twice",
        argument="dim",
    )


def _no_such_element(case: _Case) -> Complaint:
    index, length = case.value("index"), case.shape[0]
    return Complaint(
        f"{case.layer.name} takes element {index}, and {words(case.shape)} has {length}",
        argument="index",
        help=f"index goes from 0 to {length - 1}, or from -{length} to -1, counted from the end",
    )


def _channels_of_fold(case: _Case) -> Complaint:
    kernel = case.value("kernel_size")
    product = kernel * kernel if isinstance(kernel, int) else prod(kernel)
    return Complaint(
        f"{case.layer.name} makes windows of {product} pixels (kernel_size {kernel}), and "
        f"{case.shape[0]} of {words(case.shape)} is not divisible by {product}",
        argument="kernel_size",
    )


def _windows_of_fold(case: _Case) -> Complaint:
    return Complaint(
        f"{case.layer.name} to output_size {case.value('output_size')} takes {case.told[1]} "
        f"windows, and {words(case.shape)} has {case.shape[1]}",
        argument="output_size",
        help="output_size, kernel_size, stride, padding and dilation are those of the Unfold that "
        "made the windows, and the size that it took them from",
    )


def _no_corners(case: _Case) -> Complaint:
    return Complaint(
        f"{case.layer.name} takes align_corners only with a mode that is linear or cubic, "
        f"not {case.value('mode')}",
        argument="align_corners",
        help="leave align_corners out",
        code="argument",
    )


def _sizes_of_upsampling(case: _Case) -> Complaint:
    argument = "size" if case.value("size") is not None else "scale_factor"
    pixels = len(case.shape) - 1
    return Complaint(
        f"{case.layer.name} takes {pixels} numbers as {argument} for {words(case.shape)}, "
        f"not {len(case.value(argument))}",
        argument=argument,
    )


def _one_slope(case: _Case) -> Complaint:
    slopes, channels = case.value("num_parameters"), case.shape[0]
    return Complaint(
        f"{case.layer.name} takes num_parameters 1 or {channels} here, not {slopes}",
        argument="num_parameters",
    )


_RULES: tuple[tuple[str, Callable[[_Case], Complaint]], ...] = (
    (r"kernel size can't be greater than actual input", _no_pixels),
    (r"output size is too small|would be too small|non-?negative|negative dimension", _no_pixels),
    (r"kernel.*(greater|larger|too large).*(than|relative)|greater than zero", _no_pixels),
    (r"must be at least one|must be >= 1|greater than 0, but got input", _no_pixels),
    (r"invalid computed output size|smaller than kernel size|too large relative", _no_pixels),
    (r"start_dim cannot come after end_dim", _end_before_start),
    (r"(duplicate value|multiple times) in the list of dims", _dimension_twice),
    (r"^select\(\): index -?\d+ out of range", _no_such_element),
    (r"divisible by the product of kernel_size", _channels_of_fold),
    (r"expected input.size\(-1\) to be (\d+)", _windows_of_fold),
    (r"align_corners option can only be set", _no_corners),
    (r"same number of spatial dimensions", _sizes_of_upsampling),
    (r"pad should be at most half|smaller than or equal to half", _padding_above_half),
    (
        r"padding size should be less than|causing more than one|cannot be padded",
        _padding_above_image,
    ),
    (r"wrapping around", _padding_above_image),
    (r"divisible by the square of upscale", _square_of_factor),
    (r"shape '.*' is invalid for input of size|divisible by downscale", _whole_blocks),
    (r"input shape for pixel_shuffle", _square_of_factor),
    (r"number of channels must be divisible by groups", _whole_groups),
    (r"^unflatten|don't multiply up to the size", _sizes_of_unflatten),
    (r"output padding must be smaller", _output_padding),
    (r"(\w+) mode needs (\d)D input", _wrong_mode),
    (r"halving dimension must be even, but dimension (\d+) is size (\d+)", _odd),
    (r"dimension out of range.*got (-?\d+)", _no_such_dimension),
    (r"more than 1 spatial element", _one_pixel),
    (r"more than 1 value per group", _one_value_a_group),
    (r"parameter numbers|num_parameters", _one_slope),
)


def _first_line(error: Exception) -> str:
    """PyTorch's own words up to the first line break, without its marks."""
    line = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
    return line[:1].lower() + line[1:].rstrip(".")
