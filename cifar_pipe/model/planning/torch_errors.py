"""PyTorch's errors about a layer, in the words of the pipeline.

PyTorch names sizes that nobody has written (of padded tensors, with the batch) and internal names.
Each row here knows one error by its English; what none knows is reported as PyTorch says it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import prod
from string import Formatter
from typing import Any, NamedTuple

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.model.planning.dimensions import SHAPES, no_dimension
from cifar_pipe.model.planning.planned import Shape, layer_error, words


class _Row(NamedTuple):
    """One error: `pattern` is PyTorch's, `layer` part of the names of the layers that it is for.

    A row with an argument is for layers whose argument is not None. `message` and `advice` hold
    fields: the pattern's groups by number, the layer's arguments by name, and those of `_fields`.
    """

    pattern: str
    argument: str | None
    message: str
    advice: str = ""
    code: str = "shape"
    layer: str = ""


def _unfit(pattern: str, argument: str | None, why: str, advice: str = "", layer: str = "") -> _Row:
    with_argument = "with {argument} {value} " if argument else ""
    message = f"{{layer}} {with_argument}does not fit {{shape}}: {why}"
    return _Row(pattern, argument, message, advice, layer=layer)


def _takes(pattern: str, argument: str, what: str, code: str = "argument") -> _Row:
    return _Row(pattern, argument, f"{{layer}} takes {argument} {what}, not {{value}}", code=code)


_NO_PIXELS = (
    r"kernel.*(greater|larger|too large).*(than|relative)|too large relative|smaller than kernel"
    r"|too small|invalid computed output size|non-?negative|negative dimension|greater than zero"
    r"|must be at least one|must be >= 1|greater than 0, but got input"
)
_SMALLER = "a smaller kernel_size, more padding, or fewer layers above that make the image smaller"
_CUTS = "less padding: it cuts the output of a transposed convolution"

# Errors of running a layer, the first that fits.
_ROWS = (
    *(
        _unfit(_NO_PIXELS, argument, "the output would have no pixels", advice, layer)
        for argument, advice, layer in (
            ("padding", _CUTS, "^ConvTranspose"),
            ("kernel_size", _SMALLER, ""),
            ("scale_factor", "a larger scale_factor", ""),
            ("padding", "cut less off: a padding nearer to 0", "Pad"),
            (None, "", ""),
        )
    ),
    _unfit(
        "padding size should be less|causing more than one|cannot be padded|wrapping around",
        "padding",
        "the padding must be smaller than the image",
    ),
    _unfit(
        "shape '.*' is invalid for input of size|divisible by downscale",
        "downscale_factor",
        "height and width must be divisible by {value}",
    ),
    _unfit(
        "divisible by the square of upscale|input shape for pixel_shuffle",
        "upscale_factor",
        "{first} channels are not divisible by {value} × {value}",
    ),
    _unfit(
        "more than 1 spatial element",
        None,
        "one pixel has no variance",
        "leave {layer} out where the image is a single pixel",
    ),
    _unfit(
        "more than 1 value per group",
        "num_groups",
        "one value per group has no variance",
        "fewer groups, or leave {layer} out",
    ),
    _takes(
        "at most half|equal to half", "padding", "of at most half its kernel_size {kernel_size}"
    ),
    _takes("output padding", "output_padding", "below its stride {stride} or dilation {dilation}"),
    _takes("parameter numbers|num_parameters", "num_parameters", "1 or {first} here", "shape"),
    _Row(
        "align_corners option can only be set",
        "align_corners",
        "{layer} takes align_corners only with a mode that is linear or cubic, not {mode}",
        "leave align_corners out",
        code="argument",
    ),
    *(
        _Row(
            "same number of spatial dimensions",
            argument,
            "{layer} takes {pixels} numbers as {argument} for {shape}, not {count}",
        )
        for argument in ("size", "scale_factor")
    ),
    *(
        _Row(
            rf"(\w+) mode needs {number}D input",
            "mode",
            f"{{layer}} with mode {{0}} takes {shape}, not {{shape}}",
        )
        for number, shape in SHAPES.items()
    ),
    _Row(
        "start_dim cannot come after end_dim",
        "end_dim",
        "{layer} joins start_dim to end_dim, and {start_dim} comes after {end_dim} in {shape}",
        "leave end_dim out: it is the last dimension, or exchange the two",
    ),
    _Row(
        "in the list of dims",
        "dim",
        "{layer} takes each dimension once: dim {dim} names one of {shape} twice",
    ),
    _Row(
        r"halving dimension must be even, but dimension (\d+) is size (\d+)",
        "dim",
        "{layer} halves dimension {0}, and {shape} has an odd {1} there",
    ),
    _Row(
        r"^select\(\): index -?\d+ out of range",
        "index",
        "{layer} takes element {index}, and {shape} has {first}",
        "index goes from 0 to {last}, or from -{first} to -1, counted from the end",
    ),
    _Row(
        "divisible by the product of kernel_size",
        "kernel_size",
        "{layer} makes windows of {window} pixels (kernel_size {kernel_size}), and {first} of "
        "{shape} is not divisible by {window}",
    ),
    _Row(
        r"expected input.size\(-1\) to be (\d+)",
        "output_size",
        "{layer} to output_size {output_size} takes {0} windows, and {shape} has {second}",
        "output_size, kernel_size, stride, padding and dilation are those of the Unfold that made "
        "the windows, and the size that it took them from",
    ),
    _Row(
        "number of channels must be divisible by groups",
        "groups",
        "groups {groups} of {layer} does not divide {first} channels",
        "groups can be {divisors}",
    ),
    _Row(
        "^unflatten|don't multiply up to the size",
        "unflattened_size",
        "{layer} cannot split dimension {dim} of {shape} into {unflattened_size}",
    ),
)


def error_of_building(layer: Component, sizes: Mapping[str, Any], error: Exception) -> ProblemError:
    """The layer cannot be made at all: its own arguments disagree, or disagree with `sizes`."""
    text = _first_line(error)
    if (name := layer.given.get("name")) and (
        unknown := re.search(r"unexpected keyword argument '(\w+)'", text)
    ):
        # One of timm's networks: which arguments it takes, its class says.
        message = f"{layer.name}'s {name} takes no {unknown[1]}"
        return layer_error(message, unknown[1], help="leave it out", code="argument")
    if "padding='same' is not supported for strided" in text:
        message = f"{layer.name} takes padding same only with stride 1, not {layer.get('stride')}"
        return layer_error(message, "padding", code="argument")
    if divides := re.search(r"(\w+)(?: \(\d+\))? must be divisible by (\w+)", text):
        return _does_not_divide(layer, sizes, divides[1], divides[2])
    argument = next((name for name in layer.given if re.search(rf"\b{name}\b", text)), None)
    return layer_error(f"{layer.name} cannot be made: {text}", argument, code="argument")


def _does_not_divide(
    layer: Component, sizes: Mapping[str, Any], whole: str, part: str
) -> ProblemError:
    values = {**_arguments(layer), **sizes}
    whole = next((name for name in (whole, *sizes) if name in values), whole)
    part = next((name for name in (part, "nhead", "num_groups") if name in values), part)
    size = values.get(whole)
    message = f"{part} {values.get(part)} of {layer.name} does not divide {whole} {size}"
    advice = f"{part} can be {_divisors(size)}" if isinstance(size, int) else None
    return layer_error(message, part, help=advice, code="shape" if whole in sizes else "argument")


def error_of_running(layer: Component, shape: Shape, error: Exception) -> ProblemError:
    """The layer does not take an image of `shape`."""
    text, arguments = str(error), _arguments(layer)
    if layer_facts(layer).network:
        return _other_size(layer, shape, error)
    if dimension := re.search(r"dimension out of range.*got (-?\d+)", text, re.IGNORECASE):
        return no_dimension(layer, shape, int(dimension[1]))
    for row in _ROWS:
        match = re.search(row.pattern, text, re.IGNORECASE)
        has_argument = row.argument is None or arguments.get(row.argument) is not None
        if match and has_argument and re.search(row.layer, layer.name):
            fields = {**arguments, **_fields(layer, shape, row.argument)}
            message = Formatter().vformat(row.message, match.groups(), fields)
            advice = row.advice.format(**fields) or None
            if row.argument == "kernel_size" and row.code == "shape" and (span := _span(arguments)):
                advice = f"a smaller dilation: {span}"
            return layer_error(message, row.argument, help=advice, code=row.code)
    return layer_error(f"{layer.name} does not take {words(shape)}: {_first_line(error)}")


def _span(arguments: Mapping[str, Any]) -> str | None:
    """What a kernel with gaps covers, in words; None for one without."""
    kernel, dilation = arguments.get("kernel_size"), arguments.get("dilation")
    if not isinstance(kernel, int) or not isinstance(dilation, int) or dilation == 1 or kernel == 1:
        return None
    pixels = dilation * (kernel - 1) + 1
    return f"kernel_size {kernel} with dilation {dilation} covers {pixels} pixels"


def _fields(layer: Component, shape: Shape, argument: str | None) -> Mapping[str, Any]:
    arguments = _arguments(layer)
    value, kernel = arguments.get(argument or ""), arguments.get("kernel_size")
    first, second = (*shape, 0)[:2]
    return {
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


def _arguments(layer: Component) -> dict[str, Any]:
    return {name: layer.get(name) for name in layer.entry.args}


def _other_size(layer: Component, shape: Shape, error: Exception) -> ProblemError:
    """A whole network, whose own layers would report sizes that nobody has written."""
    network = layer_facts(layer).network
    argument = network.image_size if network else None
    size = layer.get(argument) if argument else None
    height, width = size if isinstance(size, list) else (size, size)
    if argument is None or shape[1:] == (height, width):
        resize = "{type: Resize, size: [224, 224]}"
        advice = f"its images must be larger: put {resize} into the transforms"
        if "img_size" in layer.entry.args:
            advice = f"give img_size: {list(shape[1:])}, or put {resize} into the transforms"
        name = layer.given.get("name", layer.name)
        message = f"{name} does not fit {words(shape)}: {_first_line(error)}"
        return layer_error(message, help=advice)
    message = f"{layer.name} takes images of {height}x{width} only, not {words(shape)}"
    resize = f"{{type: Resize, size: [{height}, {width}]}}"
    advice = f"put {resize} into the transforms, or give another {argument}"
    return layer_error(message, argument, advice)


def _divisors(whole: int) -> str:
    return some([str(number) for number in range(1, whole + 1) if whole % number == 0], most=8)


def _first_line(error: Exception) -> str:
    """PyTorch's own words up to the first line break, without its marks."""
    line = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
    return line[:1].lower() + line[1:].rstrip(".")
