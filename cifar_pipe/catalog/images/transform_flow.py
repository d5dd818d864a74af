"""How transforms change images, told without torch: shapes, kinds of value, and what cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, Protocol

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.images.data_facts import Images

Effect = Callable[[Images, Component], Images]
SplitName = Literal["train", "val", "test"]
Values = Literal["0 to 255", "0 to 1", "shifted"]


class PerSplit(Protocol):
    """`{train: [...], test: [...]}` of the stage load_data."""

    @property
    def train(self) -> list[Component]: ...

    @property
    def test(self) -> list[Component]: ...


class TransformMisfit(Exception):  # noqa: N818
    """The transform at `index` of its list cannot take the images that reach it.

    `index` counts in the list as it is written; None means the list as a whole. `argument` is the
    one to point at, `split` the list of `{train, test}` that is meant, None for a flat list.
    """

    def __init__(
        self,
        index: int | None,
        message: str,
        argument: str | None = None,
        help: str | None = None,  # noqa: A002
        notes: tuple[str, ...] = (),
        split: Literal["train", "test"] | None = None,
    ) -> None:
        super().__init__(message)
        self.index = index
        self.message = message
        self.argument = argument
        self.help = help
        self.notes = notes
        self.split = split


class EffectMisfit(Exception):  # noqa: N818
    """What an effect raises; `through` adds which transform it was."""

    def __init__(
        self,
        message: str,
        *,
        argument: str | None = None,
        help: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(message)
        self.message = message
        self.argument = argument
        self.help = help


def through(images: Images, transforms: Sequence[Component]) -> Images:
    """The images after all transforms; raises TransformMisfit for the first that does not fit."""
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
    images: Images, transforms: Sequence[Component] | PerSplit, *, floats: bool = True
) -> dict[Literal["train", "test"], Images]:
    """The images that a network meets while it trains and while it is tested.

    Raises TransformMisfit where the transforms do not fit the images or each other: no floats at
    the end, or, in a flat list, other sizes for training than for testing. `floats` says whether
    there is a network that the images go to.
    """
    if isinstance(transforms, Sequence):
        return _of_flat_list(images, transforms, floats=floats)
    found: dict[Literal["train", "test"], Images] = {}
    splits: tuple[Literal["train", "test"], ...] = ("train", "test")
    for split in splits:
        chain = of_split(transforms, split, training=True)
        try:
            found[split] = through(images, chain)
            if floats:
                _demand_floats(found[split], chain)
        except TransformMisfit as misfit:
            misfit.split = split
            raise
    return found


def values_after(transforms: Sequence[Component]) -> Values:
    """The range of the values behind the transforms; datasets' images begin as bytes."""
    values: Values = "0 to 255"
    for one in transforms:
        match one.name:
            case "ToTensor":
                values = "0 to 1"
            case "ToDtype" if one.get("scale"):
                values = "0 to 1" if one.get("dtype") == "float32" else "0 to 255"
            case "Normalize":
                values = "shifted"
            case _:
                pass
    return values


def wrong_statistics(transforms: Sequence[Component]) -> Iterator[tuple[int, str, Values]]:
    """Where Normalize has a mean or deviation of another range than the values that it is given:
    its index, the argument, and that range.
    """
    for index, one in enumerate(transforms):
        if one.name != "Normalize":
            continue
        given = values_after(transforms[:index])
        of_bytes = [name for name in ("mean", "std") if max(one.get(name)) > 1]
        if given == "0 to 1" and of_bytes:
            yield index, of_bytes[0], given
        elif given == "0 to 255" and not of_bytes and any(one.get("mean")):
            yield index, "mean", given


def is_random(transform: Component) -> bool:
    return bool(transform.entry.traits["random"])


def _of_flat_list(
    images: Images, transforms: Sequence[Component], *, floats: bool
) -> dict[Literal["train", "test"], Images]:
    states = _states(images, transforms)
    train = states[-1]
    if floats:
        _demand_floats(train, transforms)
    kept = [index for index, one in enumerate(transforms) if not is_random(one)]
    try:
        test = through(images, [transforms[index] for index in kept])
    except TransformMisfit as misfit:
        misfit.index = None if misfit.index is None else kept[misfit.index]
        misfit.notes = (*misfit.notes, "test images skip the random transforms of the list")
        raise
    if train != test:
        _raise_sizes_differ(transforms, states, train, test)
    return {"train": train, "test": test}


def _states(images: Images, transforms: Sequence[Component]) -> list[Images]:
    """The images before the first transform and after each."""
    states = [images]
    for index, transform in enumerate(transforms):
        try:
            _check_values(states[-1], transform, transforms[:index])
            states.append(transform.entry.traits["effect"](states[-1], transform))
        except EffectMisfit as misfit:
            raise TransformMisfit(
                index, misfit.message, misfit.argument, misfit.help, _given(states[-1])
            ) from None
    return states


def _check_values(images: Images, transform: Component, before: Sequence[Component]) -> None:
    _check_kind(images, transform, before)
    _check_written_colours(transform, values_after(before))
    if transform.name == "ToDtype" and transform.get("dtype") == "uint8":
        _check_whole_numbers(images, transform, values_after(before))


def _check_written_colours(transform: Component, given: Values) -> None:
    """A colour that is written is one of those that the images have."""
    highest = {"0 to 255": 255, "0 to 1": 1}.get(given)
    unused = "padding_mode" in transform.entry.args and transform.get("padding_mode") != "constant"
    if highest is None or unused:
        return
    for name in transform.entry.traits["fills"]:
        value = transform.given.get(name)
        written = value if isinstance(value, list) else [value]
        # RandomErasing's `random` is no number.
        wrong = [one for one in written if isinstance(one, float) and not 0 <= one <= highest]
        if wrong:
            raise EffectMisfit(
                f"{name} is {wrong[0]:g}, and the images have values from {given} here",
                argument=name,
                help=f"0 to 255 before ToTensor, 0 to 1 after it: write {wrong[0] / 255:.3g}"
                if given == "0 to 1" and 0 < wrong[0] <= 255
                else f"a value from {given}",
            )


def _check_whole_numbers(images: Images, transform: Component, given: Values) -> None:
    """Floats that are no whole numbers from 0 to 255 do not become such by themselves."""
    if images.dtype != "float32":
        return
    if given == "shifted":
        raise EffectMisfit(
            "ToDtype makes whole numbers from 0 to 255, and Normalize has shifted the values",
            argument="dtype",
            help="leave ToDtype out, or put it before Normalize",
        )
    if given == "0 to 1" and not transform.get("scale"):
        raise EffectMisfit(
            "ToDtype without scale cuts the fractions off, and of values from 0 to 1 leaves 0",
            argument="dtype",
            help="leave ToDtype out, or write scale: true",
        )


def _check_kind(images: Images, transform: Component, before: Sequence[Component]) -> None:
    takes = transform.entry.traits["takes"]
    if images.dtype == "float32" and takes == "uint8":
        raise EffectMisfit(
            f"{transform.name} takes whole numbers from 0 to 255, and these images are floats",
            help=f"put {transform.name} before ToTensor",
        )
    if images.dtype == "uint8" and takes == "float32":
        raise EffectMisfit(
            f"{transform.name} takes floats, and these images are whole numbers from 0 to 255",
            help=f"put ToTensor before {transform.name}",
        )
    if not transform.entry.traits["colour"]:
        return
    match values_after(before):
        case "shifted":
            raise EffectMisfit(
                f"{transform.name} takes colours from 0 to 1, and Normalize has shifted them",
                help=f"put {transform.name} before Normalize",
            )
        case "0 to 255" if images.dtype == "float32":
            raise EffectMisfit(
                f"{transform.name} takes floats from 0 to 1, and these are from 0 to 255",
                help="write scale: true to ToDtype, or ToTensor in its place",
            )
        case _:
            pass


def _given(images: Images) -> tuple[str, ...]:
    sizes = (images.channels, images.height, images.width)
    if all(one is None for one in sizes):
        return ()
    words = ", ".join("?" if one is None else str(one) for one in sizes)
    return (f"it is given images of [{words}] {images.dtype}",)


def _demand_floats(images: Images, transforms: Sequence[Component]) -> None:
    if images.dtype == "float32":
        return
    # What has made whole numbers of floats again.
    undone = [
        index
        for index, one in enumerate(transforms)
        if one.name == "ToDtype"
        and one.get("dtype") == "uint8"
        and _makes_floats(transforms[:index])
    ]
    last = undone[-1] if undone else len(transforms) - 1
    raise TransformMisfit(
        last if transforms else None,
        "a network takes floats, and these images are whole numbers from 0 to 255",
        help="leave this ToDtype out, or put ToTensor at the end" if undone else "add ToTensor",
    )


def _makes_floats(transforms: Sequence[Component]) -> bool:
    return any(
        one.name == "ToTensor" or (one.name == "ToDtype" and one.get("dtype") == "float32")
        for one in transforms
    )


def _raise_sizes_differ(
    transforms: Sequence[Component], states: list[Images], train: Images, test: Images
) -> None:
    # A random transform that changes the size is the cause; where none does by itself, the last.
    random = [index for index, one in enumerate(transforms) if is_random(one)]
    changing = [index for index in random if states[index] != states[index + 1]]
    index = (changing or random)[0 if changing else -1]
    raise TransformMisfit(
        index,
        f"{transforms[index].name} works on the training images only, so they become "
        f"{_words(train)} and the test images {_words(test)}",
        help="give {train: [...], test: [...]}, each with its own transforms",
    )


def _words(images: Images) -> str:
    sizes = (images.channels, images.height, images.width)
    return "[" + ", ".join("?" if one is None else str(one) for one in sizes) + "]"
