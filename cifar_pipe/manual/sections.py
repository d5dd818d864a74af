"""The keys of stages, of `runtime` and of a pipeline's top level, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cifar_pipe.catalog.core.types import describe as type_words
from cifar_pipe.catalog.docs.example import yaml_value
from cifar_pipe.pipeline.document import COMPOSITION, STAGES_ARE, Document, Runtime
from cifar_pipe.stages.registry import STAGES
from cifar_pipe.stages.spec import PLACES, StageType

STAGE = "stage"
TOP_LEVEL = "top level"
EVERY_STAGES_KEYS = ("from", "type", *PLACES)

_EXAMPLES: Mapping[str, str] = {
    "load_data": "{dataset: {type: CIFAR10, root: data, download: true}, transforms: [ToTensor], "
    "batch_size: 32}",
    "show_images": "{split: train, count: 8}",
    "doctor": "{}",
    "build_model": "{layers: [Flatten, {type: Linear, out_features: 10}]}",
    "inspect": "{input: data, loss: CrossEntropyLoss}",
    "find_batch_size": "{loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.01}, "
    "effective_batch_size: 256}",
    "find_lr": "{loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.01}}",
    "train": "{epochs: 2, loss: CrossEntropyLoss, optimizer: {type: SGD, lr: 0.01}}",
    "save": "{path: net.pth}",
    "load": "{file: net.pth}",
    "export": "{path: net.onnx}",
    "predict": "{split: test, count: 8}",
    "predict_folder": "{root: photos, top: 3}",
    "evaluate": "{split: test, metrics: [accuracy, confusion_matrix]}",
    "report": "{title: My first run}",
}


class Key(NamedTuple):
    """One key; `default` is in words: `required`, `default 4`, `optional`."""

    name: str
    takes: str
    default: str
    description: str


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping of a pipeline file. `wiring` says what a stage takes from others and gives them."""

    name: str
    kind: str
    summary: str
    example: str
    keys: tuple[Key, ...]
    wiring: str = ""


def sections() -> Iterator[Section]:
    """Those of the file's top level, then the stages in the order of the registry."""
    yield Section(
        "pipeline",
        TOP_LEVEL,
        "The keys of a pipeline file.",
        "version: 1",
        (*_keys(Document), *_composition()),
    )
    yield Section(
        "runtime",
        TOP_LEVEL,
        "What the pipeline runs on: nothing here changes a result beyond rounding.",
        "runtime: {device: cpu, threads: 4}",
        tuple(_keys(Runtime)),
    )
    yield from map(_stage, STAGES.values())


def _stage(stage: StageType) -> Section:
    keys = (*_keys(stage.spec), *_placing(stage.name))
    example = f"{stage.name}: {_EXAMPLES.get(stage.name, stage.example)}"
    return Section(stage.name, STAGE, stage.summary, example, keys, _wiring(stage))


def _wiring(stage: StageType) -> str:
    needs, gives = (" and ".join(what) for what in (stage.spec.NEEDS, stage.spec.GIVES))
    parts = [
        f"takes {needs} from stages above it" if needs else "",
        f"gives {gives}" if gives else "",
    ]
    said = "; ".join(filter(None, parts))
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _keys(model: type[BaseModel]) -> Iterator[Key]:
    """The model's fields under their names in a file; `from`, which all stages take, is the last."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    extra = model.model_config.get("json_schema_extra")
    either = extra.get("x-either") if isinstance(extra, dict) else None
    alternatives = either if isinstance(either, list) else []
    for name in sorted(fields, key=lambda name: name == "from"):
        field = fields[name]
        others = [f"`{one}`" for one in alternatives if one != name]
        default = f"this or {' or '.join(others)}" if name in alternatives else _default(field)
        takes = type_words(field.rebuild_annotation())
        yield Key(name, takes, default, field.description or "")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default is None or field.default_factory is not None:
        return "optional"
    return f"default {yaml_value(field.default)}"


def _placing(stage: str) -> Iterator[Key]:
    type_ = "The stage's type, where its id is another word."
    yield Key("type", "the name of a stage type", f"default {stage}", type_)
    for name, description in PLACES.items():
        yield Key(name, "the id of a stage", "optional", description)


def _composition() -> Iterator[Key]:
    yield Key("stages", "a mapping", "required", STAGES_ARE)
    for name, description in COMPOSITION.items():
        takes = "a path or a list of paths" if name == "extends" else "a mapping"
        yield Key(name, takes, "optional", description)
