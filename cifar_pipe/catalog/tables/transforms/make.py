"""The few words in which the tables of transforms are written."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from cifar_pipe.catalog.core.argument_rules import Rule
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.types import Float, Probability, choice, either, list_of, optional
from cifar_pipe.catalog.images.data_facts import Effect, TransformFacts

_Fill = either(Float, list_of(Float, minimum=1), expected="a number or a list of numbers")
_OUTSIDE = (
    "Value of what comes from outside the image, one for all channels or one each: 0 to 255 before "
    "ToTensor, 0 to 1 after."
)


def between(low: float, high: float) -> Any:
    return Annotated[float, Field(strict=True, ge=low, le=high, allow_inf_nan=False)]


def whole_between(low: int, high: int) -> Any:
    return Annotated[int, Field(strict=True, ge=low, le=high)]


def probability(default: float = 0.5) -> Arg:
    return Arg(Probability, default, "Probability that an image is changed.")


def fill(default: Any = 0) -> Arg:
    return Arg(_Fill if default is not None else optional(_Fill), default, _OUTSIDE)


def warping(default: str) -> Arg:
    return Arg(choice("nearest", "bilinear"), default, "How values between pixels are found.")


def transform(
    name: str,
    summary: str,
    effect: Effect,
    /,
    *,
    random: bool = False,
    takes: Literal["uint8", "float32"] | None = None,
    colours: bool = False,
    storable: bool = False,
    rule: Rule | None = None,
    **args: Arg,
) -> Entry:
    """One row: a class of torchvision.transforms.v2 under its own name."""
    facts = TransformFacts(
        effect=effect,
        random=random,
        takes=takes,
        colours=colours,
        fills=tuple(key for key in ("fill", "value") if key in args),
        storable=storable,
    )
    return Entry(
        "transform",
        name,
        summary,
        f"torchvision.transforms.v2:{name}",
        args,
        f"https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.v2.{name}.html",
        facts,
        rule,
    )


random = partial(transform, random=True)
storable = partial(transform, storable=True)
