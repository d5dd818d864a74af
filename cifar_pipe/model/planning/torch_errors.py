"""PyTorch's errors about a layer, in the words of the pipeline.

PyTorch names sizes that nobody has written (of padded tensors, with the batch) and internal names.
Each row here knows one error by its English; what none knows is reported as PyTorch says it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from string import Formatter
from typing import Any

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.planning.planned import Shape, words
from cifar_pipe.model.planning.problems import layer_error

# What a layer for so many dimensions takes.
SHAPES = {2: "[N, features]", 3: "[N, C, L]", 4: "[N, C, H, W]", 5: "[N, C, D, H, W]"}


@dataclass(frozen=True, slots=True)
class _Row:
    """One error: `pattern` is PyTorch's, `layer` part of the names of the layers that it is for.

    A row with an argument is for layers whose argument is not None. `message` and `help` hold
    fields: the pattern's groups by number, the layer's arguments by name, and those of `_fields`.
    """

    pattern: str
    message: str
    argument: str | None = None
    help: str | None = None
    code: str = "shape"
    layer: str = ""


_NO_PIXELS = (
    r"kernel size can't be greater than actual input"
    r"|output size is too small|would be too small|non-?negative|negative dimension"
    r"|kernel.*(greater|larger|too large).*(than|relative)|greater than zero"
    r"|must be at least one|must be >= 1|greater than 0, but got input"
    r"|invalid computed output size|smaller than kernel size|too large relative"
)
_FIT = "{layer} with {argument} {value} does not fit {shape}: "

_SMALLER = "a smaller kernel_size, more padding, or fewer layers above that make the image smaller"
_CUTS = "less padding: it cuts the output of a transposed convolution"

# Errors of running a layer, the first that fits.
_ROWS = (
    *(
        _Row(_NO_PIXELS, _FIT + "the output would have no pixels", argument, advice, layer=layer)
        for argument, layer, advice in (
            ("padding", "^ConvTranspose", _CUTS),
            ("kernel_size", "", _SMALLER),
            ("scale_factor", "", "a larger scale_factor"),
            ("padding", "Pad", "cut less off: a padding nearer to 0"),
        )
    ),
    _Row(_NO_PIXELS, "{layer} does not fit {shape}: the output would have no pixels"),
    _Row(
        r"start_dim cannot come after end_dim",
        "{layer} joins the dimensions from start_dim to end_dim, and {start_dim} comes after "
        "{end_dim} in {shape}",
        "end_dim",
        "leave end_dim out: it is the last dimension, or exchange the two",
    ),
    _Row(
        r"(duplicate value|multiple times) in the list of dims",
        "{layer} takes each dimension once: dim {dim} names one of {shape} twice",
        "dim",
    ),
    _Row(
        r"^select\(\): index -?\d+ out of range",
        "{layer} takes element {index}, and {shape} has {first}",
        "index",
        "index goes from 0 to {last}, or from -{first} to -1, counted from the end",
    ),
    _Row(
        r"divisible by the product of kernel_size",
        "{layer} makes windows of {window} pixels (kernel_size {kernel_size}), and {first} of {shape} "
        "is not divisible by {window}",
        "kernel_size",
    ),
    _Row(
        r"expected input.size\(-1\) to be (\d+)",
        "{layer} to output_size {output_size} takes {0} windows, and {shape} has {second}",
        "output_size",
        "output_size, kernel_size, stride, padding and dilation are those of the Unfold that made "
        "the windows, and the size that it took them from",
    ),
    _Row(
        r"align_corners option can only be set",
        "{layer} takes align_corners only with a mode that is linear or cubic, not {mode}",
        "align_corners",
        "leave align_corners out",
        code="argument",
    ),
    *(
        _Row(
            r"same number of spatial dimensions",
            f"{{layer}} takes {{pixels}} numbers as {argument} for {{shape}}, not {{count}}",
            argument,
        )
        for argument in ("size", "scale_factor")
    ),
    _Row(
        r"pad should be at most half|smaller than or equal to half",
        "{layer} takes a padding of at most half its kernel_size {kernel_size}, not {padding}",
        "padding",
        code="argument",
    ),
    _Row(
        r"padding size should be less than|causing more than one|cannot be padded|wrapping around",
        _FIT + "the padding must be smaller than the image",
        "padding",
    ),
    _Row(
        r"shape '.*' is invalid for input of size|divisible by downscale",
        _FIT + "height and width must be divisible by {value}",
        "downscale_factor",
    ),
    _Row(
        r"divisible by the square of upscale|input shape for pixel_shuffle",
        _FIT + "{first} channels are not divisible by {value} × {value}",
        "upscale_factor",
    ),
    _Row(
        r"number of channels must be divisible by groups",
        "groups {groups} of {layer} does not divide {first} channels",
        "groups",
        "groups can be {divisors}",
    ),
    _Row(
        r"^unflatten|don't multiply up to the size",
        "{layer} cannot split dimension {dim} of {shape} into {unflattened_size}",
        "unflattened_size",
    ),
    _Row(
        r"output padding must be smaller",
        "{layer} takes an output_padding below its stride {stride} or dilation {dilation}, not "
        "{output_padding}",
        "output_padding",
        code="argument",
    ),
    *(
        _Row(
            rf"(\w+) mode needs {number}D input",
            f"{{layer}} with mode {{0}} takes {shape}, not {{shape}}",
            "mode",
        )
        for number, shape in SHAPES.items()
    ),
    _Row(
        r"halving dimension must be even, but dimension (\d+) is size (\d+)",
        "{layer} halves dimension {0}, and {shape} has an odd {1} there",
        "dim",
    ),
    _Row(
        r"more than 1 spatial element",
        "{layer} does not fit {shape}: one pixel has no variance",
        help="leave {layer} out where the image is a single pixel",
    ),
    _Row(
        r"more than 1 value per group",
        _FIT + "one value per group has no variance",
        "num_groups",
        "fewer groups, or leave {layer} out",
    ),
    _Row(
        r"parameter numbers|num_parameters",
        "{layer} takes num_parameters 1 or {first} here, not {num_parameters}",
        "num_parameters",
    ),
)


def error_of_building(layer: Component, sizes: Mapping[str, Any], error: Exception) -> ProblemError:
    """The layer cannot be made at all: its own arguments disagree, or disagree with `sizes`."""
    text = _first_line(error)
    if "padding='same' is not supported for strided" in text:
        message = f"{layer.name} takes padding same only with stride 1, not {layer.get('stride')}"
        return layer_error(message, "padding", code="argument")
    if divides := re.search(r"(\w+)(?: \(\d+\))? must be divisible by (\w+)", text):
        return _does_not_divide(layer, sizes, divides[1], divides[2])
    argument = next((name for name in layer.given if re.search(rf"\b{name}\b", text)), None)
    return layer_error(f"{layer.name} cannot be made: {text}", argument, code="argument")


def error_of_running(layer: Component, shape: Shape, error: Exception) -> ProblemError:
    """The layer does not take an image of `shape`."""
    if layer_facts(layer).network:
        return _other_size(layer, shape, error)
    if dimension := re.search(r"dimension out of range.*got (-?\d+)", str(error), re.IGNORECASE):
        return no_dimension(layer, shape, int(dimension[1]))
    for row in _ROWS:
        match = re.search(row.pattern, str(error), re.IGNORECASE)
        if match and _is_for(row, layer):
            fields = _fields(layer, shape, row.argument)
            message, advice = (
                Formatter().vformat(text, match.groups(), fields)
                for text in (row.message, row.help or "")
            )
            return layer_error(message, row.argument, help=advice or None, code=row.code)
    return layer_error(f"{layer.name} does not take {words(shape)}: {_first_line(error)}")


def _is_for(row: _Row, layer: Component) -> bool:
    named = re.search(row.layer, layer.name) is not None
    has = row.argument is None or _value(layer, row.argument) is not None
    return named and has


def _value(layer: Component, argument: str) -> Any:
    return layer.get(argument) if argument in layer.entry.args else None


def no_dimension(layer: Component, shape: Shape, dimension: int) -> ProblemError:
    names = ("dim", "start_dim", "end_dim")
    return layer_error(
        f"{layer.name} works on dimension {dimension}, and {words(shape)} has "
        f"dimensions 0 (the batch) to {len(shape)}",
        next((name for name in names if layer.given.get(name) == dimension), None),
    )


def _fields(layer: Component, shape: Shape, argument: str | None) -> dict[str, Any]:
    value, kernel = _value(layer, argument or ""), _value(layer, "kernel_size")
    first, second = (*shape, 0)[:2]
    return {
        **{name: layer.get(name) for name in layer.entry.args},
        "layer": layer.name,
        "argument": argument,
        "value": value,
        "count": len(value) if isinstance(value, list) else 1,
        "shape": words(shape),
        "first": first,
        "second": second,
        "last": first - 1,
        "pixels": len(shape) - 1,
        "window": prod(kernel) if isinstance(kernel, list) else (kernel or 0) ** 2,
        "divisors": _divisors(first),
    }


def _does_not_divide(
    layer: Component, sizes: Mapping[str, Any], whole: str, part: str
) -> ProblemError:
    values = {**{name: layer.get(name) for name in layer.entry.args}, **sizes}
    whole = next((name for name in (whole, *sizes) if name in values), whole)
    part = next((name for name in (part, "nhead", "num_groups") if name in values), part)
    size = values.get(whole)
    return layer_error(
        f"{part} {values.get(part)} of {layer.name} does not divide {whole} {size}",
        part,
        help=f"{part} can be {_divisors(size)}" if isinstance(size, int) else None,
        code="shape" if whole in sizes else "argument",
    )


def _divisors(whole: int) -> str:
    fitting = [str(number) for number in range(1, whole + 1) if whole % number == 0]
    return ", ".join(fitting[:8]) + (", …" if len(fitting) > 8 else "")


def _other_size(layer: Component, shape: Shape, error: Exception) -> ProblemError:
    """A whole network, whose own layers would report sizes that nobody has written."""
    network = layer_facts(layer).network
    argument = network.image_size if network else None
    size = layer.get(argument) if argument else None
    height, width = size if isinstance(size, list) else (size, size)
    if argument is None or shape[1:] == (height, width):
        return layer_error(
            f"{layer.name} does not fit {words(shape)}: {_first_line(error)}",
            help="its images must be larger: put {type: Resize, size: [224, 224]} into the transforms",
        )
    return layer_error(
        f"{layer.name} takes images of {height}x{width} only, not {words(shape)}",
        argument,
        help=f"put {{type: Resize, size: [{height}, {width}]}} into the transforms, "
        f"or give another {argument}",
    )


def _first_line(error: Exception) -> str:
    """PyTorch's own words up to the first line break, without its marks."""
    line = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
    return line[:1].lower() + line[1:].rstrip(".")
