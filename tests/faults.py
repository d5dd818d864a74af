"""Mistakes, as people make them, for the shipped pipelines; tests/verdicts.py judges them."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.entry import KINDS, Kind
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.docs.example import example_arguments
from cifar_pipe.compose.compose import compose
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.other_words import habits
from cifar_pipe.pipeline.document import COMPOSITION_KEYS
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.syntax.nodes import to_plain
from cifar_pipe.syntax.writer import to_yaml

ROOT = Path(__file__).resolve().parent.parent

Document = dict[str, Any]
KeyPath = tuple[str | int, ...]

NOTHING = "a_reference_to_nothing"
REFERENCES = (
    *("$vars.nothing", "$nothing", "$data.nothing"),
    *("$data.num_classes", "$data.image_shape", "$data.channels"),
)
POOL: tuple[Any, ...] = (
    *(0, 1, 2, 3, -1, 7, 1000, 0.5, -0.5, 1.0),
    *(True, False, None, "x", [2, 2], []),
)


@dataclass(frozen=True)
class Mutant:
    source: str
    fault: str
    document: Document


# ---- the pipelines ----------------------------------------------------------------------------


def sources() -> dict[str, Document]:
    """The shipped pipelines, composed, by their path."""
    found = {}
    for path in sorted([*ROOT.glob("pipelines/**/*.yaml"), *ROOT.glob("examples/*.yaml")]):
        composition = compose(path, path.read_bytes(), [], Findings())
        assert composition is not None
        plain = to_plain(composition.root)
        kept = {key: value for key, value in plain.items() if key not in COMPOSITION_KEYS[:2]}
        found[path.relative_to(ROOT).as_posix()] = marked(kept)
    return found


def marked(value: Any) -> Any:
    """References as marks, which the writer takes for plain words."""
    match value:
        case dict():
            return {key: marked(one) for key, one in value.items()}
        case list():
            return [marked(one) for one in value]
        case str() if value in REFERENCES:
            return f"{NOTHING}{REFERENCES.index(value)}"
        case _:
            return value


# ---- mistakes ---------------------------------------------------------------------------------


def paths(node: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The paths to all values, collections included, except to the document itself."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


def at(document: Any, path: KeyPath) -> Any:
    for step in path:
        document = document[step]
    return document


Fault = Callable[[Document, KeyPath, random.Random], bool]
"""Changes the document at the path; false where it cannot be applied."""


def put(document: Document, path: KeyPath, value: Any) -> bool:
    holder = at(document, path[:-1])
    if type(holder[path[-1]]) is type(value) and holder[path[-1]] == value:
        return False
    holder[path[-1]] = value
    return True


def drop(document: Document, path: KeyPath, chance: random.Random) -> bool:
    del at(document, path[:-1])[path[-1]]
    return True


def renamed(document: Document, path: KeyPath, name: str) -> bool:
    holder = at(document, path[:-1])
    if not isinstance(holder, dict) or name in holder:
        return False
    items = [(name if key == path[-1] else key, value) for key, value in holder.items()]
    holder.clear()
    holder.update(items)
    return True


def slip(text: str, chance: random.Random) -> str:
    """One slip of the pen."""
    place = chance.randrange(max(1, len(text) - 1))
    return chance.choice(
        (
            text[:place] + text[place + 1 :],
            text[:place]
            + text[place + 1 : place + 2]
            + text[place : place + 1]
            + text[place + 2 :],
            text[:place] + "x" + text[place:],
            text.swapcase(),
        )
    )


def misspell_key(document: Document, path: KeyPath, chance: random.Random) -> bool:
    key = path[-1]
    return isinstance(key, str) and renamed(document, path, slip(key, chance))


def misspell_word(document: Document, path: KeyPath, chance: random.Random) -> bool:
    value = at(document, path)
    return isinstance(value, str) and put(document, path, slip(value, chance))


def wrong_type(document: Document, path: KeyPath, chance: random.Random) -> bool:
    value = at(document, path)
    match value:
        case bool():
            return put(document, path, int(value))
        case int() | float():
            return put(
                document, path, chance.choice((str(value), [value], value + 0.5, True, None))
            )
        case str():
            return put(document, path, chance.choice((5, [value], {"type": value}, True, None)))
        case _:
            return put(document, path, chance.choice((5, "word", [], {}, None, [value])))


def wrong_size(document: Document, path: KeyPath, chance: random.Random) -> bool:
    value = at(document, path)
    match value:
        case bool():
            return put(document, path, not value)
        case int():
            others = (0, -value, value + 1, value - 1, value * 2, value // 2, value * 100)
            return put(document, path, chance.choice(others))
        case float():
            return put(document, path, chance.choice((0.0, -value, value * 10, value * 1000, 1.0)))
        case list():
            return put(
                document, path, chance.choice((value[:-1], [*value, *value[-1:]], value * 2))
            )
        case _:
            return False


def swap_neighbours(document: Document, path: KeyPath, chance: random.Random) -> bool:
    holder, key = at(document, path[:-1]), path[-1]
    if isinstance(holder, list) and isinstance(key, int):
        if key + 1 >= len(holder) or holder[key] == holder[key + 1]:
            return False
        holder[key], holder[key + 1] = holder[key + 1], holder[key]
        return True
    if path[:-1] != ("stages",):
        return False
    keys = list(holder)
    index = keys.index(key)
    keys.insert(chance.randrange(len(keys)), keys.pop(index))
    items = [(one, holder[one]) for one in keys]
    holder.clear()
    holder.update(items)
    return True


def twice(document: Document, path: KeyPath, chance: random.Random) -> bool:
    holder, key = at(document, path[:-1]), path[-1]
    if not isinstance(holder, list) or not isinstance(key, int):
        return False
    holder.insert(chance.randrange(len(holder) + 1), copy.deepcopy(holder[key]))
    return True


def same_id(document: Document, path: KeyPath, chance: random.Random) -> bool:
    ids = [at(document, one) for one in paths(document) if one[-1] == "id"]
    return path[-1] == "id" and put(document, path, chance.choice([*ids, "forward", "a.b", "Relu"]))


def bad_reference(document: Document, path: KeyPath, chance: random.Random) -> bool:
    return put(document, path, f"{NOTHING}{chance.randrange(3)}")


def fact_of_the_data(document: Document, path: KeyPath, chance: random.Random) -> bool:
    return put(document, path, f"{NOTHING}{chance.randrange(3, 6)}")


def kind_of(name: Any) -> Kind | None:
    """The kind of the component of this name."""
    if not isinstance(name, str):
        return None
    return next((kind for kind in KINDS if name in table_of(kind).entries), None)


def other_component(document: Document, path: KeyPath, chance: random.Random) -> bool:
    """Another name of the same kind, with what it needs."""
    kind = kind_of(at(document, path))
    if kind is None or kind == "dataset":
        return False
    name = chance.choice(list(table_of(kind).entries))
    if path[-1] == "type" and chance.random() < 0.5:
        return put(document, path, name)
    whole = path[:-1] if path[-1] == "type" else path
    return put(document, whole, example(kind, name))


def example(kind: Kind, name: str) -> Any:
    return make(kind, name, **example_arguments(table_of(kind).entries[name])).plain()


def foreign_item(document: Document, path: KeyPath, chance: random.Random) -> bool:
    """A layer among layers or a transform among transforms, where none was."""
    holder, key = at(document, path[:-1]), path[-1]
    kinds: dict[str | int, Kind] = {"layers": "layer", "transforms": "transform"}
    kind = kinds.get(path[-2]) if len(path) > 1 else None
    if kind is None or not isinstance(holder, list) or not isinstance(key, int):
        return False
    holder.insert(key, example(kind, chance.choice(list(table_of(kind).entries))))
    return True


def more_arguments(document: Document, path: KeyPath, chance: random.Random) -> bool:
    """An argument of the component that was not given, with any value."""
    value = at(document, path)
    component = {"type": value} if isinstance(value, str) else value
    if not isinstance(component, dict) or path[-1] == "type":
        return False
    name = component.get("type")
    kind = kind_of(name)
    if kind is None:
        return False
    free = [one for one in table_of(kind).entries[name].args if one not in component]
    if not free:
        return False
    return put(document, path, {**component, chance.choice(free): chance.choice(POOL)})


def word_of_another_language(document: Document, path: KeyPath, chance: random.Random) -> bool:
    """A value as code, other tools or people write it."""
    words = ("None", "yes", "off", "10^-3", "1/255", "vars.width", "num_classes", "32x32", "20%")
    value = at(document, path)
    return not isinstance(value, dict | list) and put(document, path, chance.choice(words))


def python_call(document: Document, path: KeyPath, chance: random.Random) -> bool:
    """A component as Python calls it."""
    value = at(document, path)
    component = {"type": value} if isinstance(value, str) else value
    if not isinstance(component, dict) or path[-1] == "type":
        return False
    name = component.get("type")
    if kind_of(name) is None:
        return False
    arguments = ", ".join(f"{key}={one!r}" for key, one in component.items() if key != "type")
    return put(document, path, f"torch.{name}({arguments})")


def other_key(document: Document, path: KeyPath, chance: random.Random) -> bool:
    """A stage's setting that was not given, with any value."""
    value = at(document, path)
    if path[:-1] != ("stages",) or not isinstance(value, dict | None):
        return False
    stage = STAGES.get((value or {}).get("type", path[-1]))
    if stage is None:
        return False
    free = [field.alias or name for name, field in stage.spec.model_fields.items()]
    values = (*POOL, "val", "train", "val_loss", ["accuracy"], "SGD", {"model": "build_model"})
    return put(document, path, {**(value or {}), chance.choice(free): chance.choice(values)})


def other_level(document: Document, path: KeyPath, chance: random.Random) -> bool:
    """The key in another mapping of the document, which does not have it."""
    holder, key = at(document, path[:-1]), path[-1]
    others = [document, *(at(document, one) for one in paths(document))]
    free = [one for one in others if isinstance(one, dict) and one is not holder and key not in one]
    value = holder[key]
    free = [one for one in free if one is not value and not is_below(one, value)]
    if not isinstance(holder, dict) or not isinstance(key, str) or not free:
        return False
    chance.choice(free)[key] = holder.pop(key)
    return True


def is_below(inner: Any, outer: Any) -> bool:
    below = outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ()
    return any(one is inner or is_below(inner, one) for one in below)


def word_of_another_tool(document: Document, path: KeyPath, chance: random.Random) -> bool:
    """The key as another tool has it."""
    words = [word for word, ours in habits().items() if path[-1] in ours]
    return bool(words) and renamed(document, path, chance.choice(words))


def hardly_meant(document: Document, path: KeyPath, chance: random.Random) -> bool:
    """An argument with a value that its row in the catalogue does not take for usual."""
    value = at(document, path)
    component = {"type": value} if isinstance(value, str) else value
    if not isinstance(component, dict) or path[-1] == "type":
        return False
    name = component.get("type")
    kind = kind_of(name)
    args = table_of(kind).entries[name].args if kind else {}
    pairs = [
        (argument, one)
        for argument, known in args.items()
        if known.usual and argument not in component
        for one in (9, 1, 0.99, -0.01, 10, True, [0.99, 0.9])
        if takes(known.type, one) and not known.usual.holds(one)
    ]
    if not pairs:
        return False
    argument, wrong = chance.choice(pairs)
    return put(document, path, {**component, argument: wrong})


def takes(type_: Any, value: Any) -> bool:
    try:
        TypeAdapter(type_).validate_python(value)
    except ValidationError:
        return False
    return True


def other_ending(document: Document, path: KeyPath, chance: random.Random) -> bool:
    """A file that a stage writes, under the name of another format."""
    value = at(document, path)
    if path[-1] != "path" or not isinstance(value, str):
        return False
    ending = chance.choice((".onnx", ".h5", ".pdf", ".safetensor", ""))
    return put(document, path, value.rpartition(".")[0] + ending)


def last_of_all(document: Document, path: KeyPath, chance: random.Random) -> bool:
    """A stage that measures, saves or loads, below all others or above them."""
    if path[:-1] != ("stages",):
        return False
    stages, key = document["stages"], path[-1]
    others = [(one, settings) for one, settings in stages.items() if one != key]
    moved = [(key, stages[key])]
    items = chance.choice((others + moved, moved + others))
    if list(stages) == [one for one, _ in items]:
        return False
    stages.clear()
    stages.update(items)
    return True


def other_class_names(document: Document, path: KeyPath, chance: random.Random) -> bool:
    """The classes in another order, or as a mapping that renames the wrong ones."""
    value = at(document, path)
    if path[-1] != "classes" or not isinstance(value, list) or len(value) < 2:
        return False
    turned = [*value[1:], value[0]]
    return put(document, path, chance.choice((turned, dict(zip(turned, value, strict=True)))))


FAULTS: tuple[Fault, ...] = (
    drop,
    misspell_key,
    misspell_word,
    wrong_type,
    wrong_size,
    wrong_size,
    swap_neighbours,
    twice,
    same_id,
    bad_reference,
    fact_of_the_data,
    other_component,
    foreign_item,
    more_arguments,
    other_key,
    other_level,
    word_of_another_tool,
    hardly_meant,
    other_ending,
    last_of_all,
    word_of_another_language,
    python_call,
    other_class_names,
)


def mutants(
    documents: dict[str, Document], count: int, *, seed: int = 0, faults: Sequence[Fault] = FAULTS
) -> Iterator[Mutant]:
    """`count` mistakes, the same ones for the same documents and seed.

    Every kind is made in every document as often, each time at another place.
    """
    pairs = list(product(documents, faults))
    random.Random(seed).shuffle(pairs)
    made = 0
    while made < count:
        before = made
        for name, fault in pairs:
            chance = random.Random(f"{seed}/{made}")
            document = copy.deepcopy(documents[name])
            possible = list(paths(document))
            chance.shuffle(possible)
            path = next((one for one in possible if fault(document, one, chance)), None)
            if path is None:
                continue
            yield Mutant(name, f"{fault.__name__} {'.'.join(map(str, path))}", document)
            made += 1
            if made == count:
                return
        if made == before:
            return


def text_of(document: Document) -> str:
    text = to_yaml(document)
    for number, reference in enumerate(REFERENCES):
        text = text.replace(f"{NOTHING}{number}", reference)
    return text


def difference(one: Any, other: Any, path: KeyPath = ()) -> tuple[KeyPath, Any]:
    """The path to all that is different, and what the other has there."""
    keys: list[Any] = []
    match one, other:
        case dict(), dict() if list(one) == list(other):
            keys = list(one)
        case list(), list() if len(one) == len(other):
            keys = list(range(len(one)))
    changed = [key for key in keys if repr(one[key]) != repr(other[key])]
    if len(changed) != 1:
        return path, other
    return difference(one[changed[0]], other[changed[0]], (*path, changed[0]))
