"""How transforms change images, found without torch: shapes, kinds of value, and what does not fit.

Where transforms do not fit the images or each other, a ProblemError is raised, with the code
"transform" and a path to the transform and its argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal, Protocol, get_args

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import (
    LONGEST_SIDE,
    Images,
    Shape,
    Values,
    transform_facts,
)
from cifar_pipe.catalog.images.transform_effects import refused
from cifar_pipe.diagnostics.problem import ProblemError

SplitName = Literal["train", "test"]
Seen = tuple[Shape | None, Shape | None]


class PerSplit(Protocol):
    """`{train: [...], test: [...]}` of the stage load_data."""

    @property
    def train(self) -> list[Component]: ...

    @property
    def test(self) -> list[Component]: ...


def through(images: Images, transforms: Sequence[Component]) -> Images:
    """The images after all transforms; raises ProblemError with the path (index, argument)."""
    return _states(images, transforms)[-1]


def of_split(
    transforms: Sequence[Component] | PerSplit, split: str, *, training: bool
) -> list[Component]:
    """The transforms that images of `split` go through.

    In a flat list the random ones work on the training split, and there only while training;
    `{train, test}` is taken as it is written, `test` for every split but `train`.
    """
    if not isinstance(transforms, Sequence):
        return list(transforms.train if split == "train" else transforms.test)
    if split == "train" and training:
        return list(transforms)
    return [one for one in transforms if not is_random(one)]


def network_inputs(
    images: Images,
    transforms: Sequence[Component] | PerSplit,
    *,
    floats: bool = True,
    seen: Seen = (None, None),
) -> dict[SplitName, Images]:
    """The images of a dataset that a network meets while it trains and while it is tested.

    Raises ProblemError, with a path from load_data on, where the transforms do not fit the images or
    each other: no floats at the end, or, in a flat list, other sizes for training than for testing.
    `floats` says whether there is a network that the images go to. `seen` are the shapes in which
    they arrive, for training and for testing, where files have shown them.
    """
    if isinstance(transforms, Sequence):
        try:
            return _of_flat_list(images, transforms, floats=floats, seen=seen)
        except ProblemError as error:
            raise error.below("transforms") from None
    found: dict[SplitName, Images] = {}
    for split, shape in zip(get_args(SplitName), seen, strict=True):
        try:
            chosen = of_split(transforms, split, training=True)
            states = _states(images, chosen)
            if split != "train":
                _check_unmixed(chosen)
            if floats:
                _check_floats(states)
        except ProblemError as error:
            raise error.below("transforms", split) from None
        found[split] = _of_shape(states[-1], shape)
    return found


def wrong_statistics(
    images: Images, transforms: Sequence[Component]
) -> Iterator[tuple[int, str, Values]]:
    """Where Normalize has a mean or deviation of another range than the values that it is given:
    its index, the argument, and that range.
    """
    states = _states(images, transforms)
    for index, (given, one) in enumerate(zip(states, transforms, strict=False)):
        if one.name != "Normalize":
            continue
        of_bytes = [name for name in ("mean", "std") if max(one.get(name)) > 1]
        if given.values == "0 to 1" and of_bytes:
            yield index, of_bytes[0], given.values
        elif given.values == "0 to 255" and not of_bytes and any(one.get("mean")):
            yield index, "mean", given.values


def mixes(transform: Component) -> bool:
    return transform_facts(transform).mixes


def mixer_of(transforms: Sequence[Component] | PerSplit) -> Component | None:
    """What mixes the batches of a training, if anything does."""
    return next(filter(mixes, of_split(transforms, "train", training=True)), None)


def is_random(transform: Component) -> bool:
    return transform_facts(transform).random(transform)


def _of_flat_list(
    images: Images, transforms: Sequence[Component], *, floats: bool, seen: Seen
) -> dict[SplitName, Images]:
    states = _states(images, transforms)
    train = _of_shape(states[-1], seen[0])
    if floats:
        _check_floats(states)
    kept = [index for index, one in enumerate(transforms) if not is_random(one)]
    try:
        test = _of_shape(_states(images, transforms, kept)[-1], seen[1])
    except ProblemError as error:
        raise _with_note(error, "test images skip the random transforms of the list") from None
    if not _may_be_alike(train, test):
        raise _sizes_differ(transforms, states, test)
    return {"train": train, "test": test}


def _of_shape(images: Images, seen: Shape | None) -> Images:
    """The images with the shape that files have shown, where their own is not known."""
    if seen is None or images.shape is not None:
        return images
    return replace(images, channels=seen[0], height=seen[1], width=seen[2])


def _may_be_alike(train: Images, test: Images) -> bool:
    """Whether all that is known of both is the same."""
    numbers = ("channels", "height", "width")
    pairs = [(getattr(train, name), getattr(test, name)) for name in numbers]
    return train.dtype == test.dtype and all(a == b for a, b in pairs if None not in (a, b))


def _states(
    images: Images, transforms: Sequence[Component], kept: Iterable[int] | None = None
) -> list[Images]:
    """The images before the first transform and after each, or each of `kept`."""
    states = [images]
    for index in range(len(transforms)) if kept is None else kept:
        transform, given = transforms[index], states[-1]
        try:
            _check_nothing_follows(transform, transforms[index + 1 :])
            _check_kind(given, transform)
            _check_written_colours(given, transform)
            states.append(transform_facts(transform).effect(given, transform))
            _check_sides(states[-1], transform)
        except ProblemError as error:
            unknown = given.channels is given.height is given.width is None
            notes = [] if unknown else [f"it is given images of {_words(given)} {given.dtype}"]
            raise _with_note(error.below(index), *notes) from None
    return states


def _check_sides(made: Images, transform: Component) -> None:
    height, width = made.height or 0, made.width or 0
    if max(height, width) > LONGEST_SIDE:
        size = f"{height} x {width} (height x width)"
        message = f"{transform.name} would make images of {size}: {LONGEST_SIDE:,} is the most"
        raise refused(message)


def _check_unmixed(transforms: Sequence[Component]) -> None:
    for index, transform in enumerate(transforms):
        if mixes(transform):
            message = f"{transform.name} is for training images: it mixes labels as well"
            raise refused(message, help=f"leave {transform.name} out of test").below(index)


def _check_nothing_follows(transform: Component, below: Sequence[Component]) -> None:
    if mixes(transform) and below:
        message = (
            f"{transform.name} mixes images that are ready, and {below[0].name} comes after it"
        )
        one_of_two = f"take one of the two: {transform.name} or {below[0].name}"
        help_ = one_of_two if mixes(below[0]) else f"put {transform.name} last"
        raise refused(message, help=help_)


def _with_note(error: ProblemError, *notes: str) -> ProblemError:
    return ProblemError(replace(error.problem, notes=(*error.problem.notes, *notes)))


def _check_written_colours(images: Images, transform: Component) -> None:
    """A colour that is written is one of those that the images have."""
    highest = {"0 to 255": 255, "0 to 1": 1}.get(images.values)
    unused = "padding_mode" in transform.entry.args and transform.get("padding_mode") != "constant"
    if highest is None or unused:
        return
    for name in transform_facts(transform).fills:
        value = transform.given.get(name)
        written = value if isinstance(value, list) else [value]
        # RandomErasing's `random` is not a number.
        wrong = [one for one in written if isinstance(one, float) and not 0 <= one <= highest]
        if wrong:
            values = f"values from {images.values}"
            message = f"{name} is {wrong[0]:g}, and the images have {values} here"
            help_ = f"a value from {images.values}"
            if images.values == "0 to 1" and 0 < wrong[0] <= 255:
                help_ = f"0 to 255 before ToTensor, 0 to 1 after it: write {wrong[0] / 255:.3g}"
            raise refused(message, name, help=help_)


def _check_kind(images: Images, transform: Component) -> None:
    facts, name = transform_facts(transform), transform.name
    match images.dtype, images.values:
        case "float32", _ if facts.dtype == "uint8":
            message = f"{name} takes whole numbers from 0 to 255, and these images are floats"
            raise refused(message, help=f"put {name} before ToTensor")
        case "uint8", _ if facts.dtype == "float32":
            message = f"{name} takes floats, and these images are whole numbers from 0 to 255"
            raise refused(message, help=f"put ToTensor before {name}")
        case _, "shifted" if facts.colours:
            message = f"{name} takes colours from 0 to 1, and Normalize has shifted them"
            raise refused(message, help=f"put {name} before Normalize")
        case "float32", "0 to 255" if facts.colours:
            message = f"{name} takes floats from 0 to 1, and these are from 0 to 255"
            raise refused(message, help="write scale: true to ToDtype, or use ToTensor instead")


def _check_floats(states: Sequence[Images]) -> None:
    """A network takes floats: raises where the last of the states has whole numbers."""
    if states[-1].dtype == "float32":
        return
    kinds = [one.dtype for one in states]
    # What has made whole numbers of floats again.
    undone = [at for at, pair in enumerate(pairwise(kinds)) if pair == ("float32", "uint8")]
    message = "a network takes floats, and these images are whole numbers from 0 to 255"
    help_ = "leave this ToDtype out, or put ToTensor at the end" if undone else "add ToTensor"
    last = [undone[-1] if undone else len(states) - 2] if len(states) > 1 else []
    raise refused(message, help=help_).below(*last)


def _sizes_differ(
    transforms: Sequence[Component], states: list[Images], test: Images
) -> ProblemError:
    # A random transform that changes the size is the cause; where none does by itself, the last.
    random = [index for index, one in enumerate(transforms) if is_random(one)]
    changing = [index for index in random if states[index] != states[index + 1]]
    index = (changing or random)[0 if changing else -1]
    works = f"{transforms[index].name} works on the training images only"
    message = f"{works}, so they become {_words(states[-1])} and the test images {_words(test)}"
    help_ = "give {train: [...], test: [...]}, each with its own transforms"
    return refused(message, help=help_).below(index)


def _words(images: Images) -> str:
    sizes = (images.channels, images.height, images.width)
    return "[" + ", ".join("?" if one is None else str(one) for one in sizes) + "]"
