"""The JSON Schema reports what the checks report, as far as one file alone shows it."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.entry import KINDS
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.docs.example import example_arguments
from cifar_pipe.compose.compose import compose
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.document import TOP_LEVEL
from cifar_pipe.pipeline.stages import typed_document, typed_stages
from cifar_pipe.schema.document import json_schema, schema_text
from cifar_pipe.stages.registry import STAGES

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

LENET = """
version: 1
name: cifar10_lenet
description: The 60-minute tutorial's classifier, LeNet on CIFAR-10, as data.
seed: 0
runtime: {device: auto}
stages:
  load_data:
    dataset: {type: CIFAR10, root: data, download: true, stand_in: Shapes}
    classes: [plane, car, bird, cat, deer, dog, frog, horse, ship, truck]
    transforms:
      - ToTensor
      - {type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}
    batch_size: 4
  show_images: {split: train, count: 4}
  build_model:
    layers:
      - {type: Conv2d, out_channels: 6, kernel_size: 5, id: conv1}
      - ReLU
      - {type: MaxPool2d, kernel_size: 2, stride: 2}
      - Flatten
      - {type: Linear, out_features: 10, id: fc3}
  train:
    epochs: 2
    loss: CrossEntropyLoss
    optimizer: {type: SGD, lr: 0.001, momentum: 0.9}
    log_every: 2000
  save: {path: cifar_net.pth}
  predict: {split: test, count: 4}
  evaluate: {split: test, metrics: [accuracy, per_class_accuracy, confusion_matrix]}
  report: {}
"""


def lenet(path: str = "", value: Any = None) -> Any:
    """The pipeline with one value, at a path like `stages.train.epochs`, set or (`...`) removed."""
    document = yaml.safe_load(LENET)
    if not path:
        return document
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inner = document
    for step in steps:
        inner = inner[step]
    if value is ...:
        del inner[last]
    elif isinstance(inner, list) and last == len(inner):
        inner.append(copy.deepcopy(value))
    else:
        inner[last] = copy.deepcopy(value)
    return document


def schema_errors(document: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(document)]


def our_findings(document: Any) -> list[str]:
    findings = Findings()
    composition = compose(Path("p.yaml"), json.dumps(document), [], findings)
    assert composition is not None
    typed_document(composition.root, findings)
    typed_stages(composition.root, findings)
    return [finding.message for finding in findings.sorted()]


def test_it_is_valid_draft_2020_12_and_says_so() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_it_reads_as_draft_07_too() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft7Validator(SCHEMA)
    assert not list(validator.iter_errors(lenet()))
    wrong = lenet("stages.train.optimizer.lr", -1)
    assert len(list(validator.iter_errors(wrong))) == 1
    assert not {"unevaluatedProperties", "prefixItems", "dependentSchemas"} & set(keys(SCHEMA))


def keys(schema: Any) -> list[str]:
    """All keywords and property names, however deep."""
    if isinstance(schema, list):
        return [key for one in schema for key in keys(one)]
    if isinstance(schema, dict):
        return [*schema, *(key for one in schema.values() for key in keys(one))]
    return []


def test_each_reference_in_it_leads_somewhere() -> None:
    text = json.dumps(SCHEMA)
    targets = {part.split('"')[0] for part in text.split('"$ref": "#/$defs/')[1:]}
    assert targets <= SCHEMA["$defs"].keys()
    assert "x-component" not in text


def test_its_text_is_the_same_every_time() -> None:
    assert schema_text() == schema_text()
    assert schema_text().endswith("}\n")
    assert json.loads(schema_text()) == SCHEMA


def test_its_text_is_the_same_in_another_process() -> None:
    code = "from cifar_pipe.schema.document import schema_text; print(schema_text(), end='')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout == schema_text()


def test_its_keys_are_those_of_the_language() -> None:
    assert tuple(SCHEMA["properties"]) == TOP_LEVEL
    assert set(SCHEMA["properties"]["stages"]["properties"]) == set(STAGES)


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_every_component_with_every_argument(kind: str) -> None:
    branches = {
        one["then"]["properties"]["type"]["const"]: one["then"]
        for one in SCHEMA["$defs"][kind]["allOf"]
        if "const" in one["if"].get("properties", {}).get("type", {})
    }
    entries = table_of(kind).entries  # type: ignore[arg-type]
    assert branches.keys() == entries.keys()
    for name, entry in entries.items():
        assert entry.args.keys() <= branches[name]["properties"].keys()
        assert entry.link in branches[name]["properties"]["type"]["description"]


@pytest.mark.parametrize("kind", KINDS)
def test_it_takes_the_example_of_every_component(kind: str) -> None:
    validator = jsonschema.Draft202012Validator(
        {"$ref": f"#/$defs/{kind}", "$defs": SCHEMA["$defs"]}
    )
    for name, entry in table_of(kind).entries.items():  # type: ignore[arg-type]
        written = make(kind, name, **example_arguments(entry)).plain()  # type: ignore[arg-type]
        assert not list(validator.iter_errors(written)), name


GOOD: list[tuple[str, Any]] = [
    ("", None),
    ("name", ...),
    ("seed", 3),
    ("runtime.device", "cuda:0"),
    ("runtime.threads", 2),
    ("stages.train.optimizer", "SGD"),
    ("stages.train.scheduler", {"type": "OneCycleLR", "max_lr": 0.1, "per": "epoch"}),
    ("stages.train.scheduler", None),
    ("stages.train.optimizer.lr", 1),
    ("stages.build_model.layers.5", {"type": "resnet18", "weights": "DEFAULT"}),
    ("stages.build_model.layers.0.padding", "same"),
    ("stages.build_model.layers.0.padding", [1, 2]),
    (
        "stages.evaluate_train",
        {"type": "evaluate", "split": "train", "from": {"data": "load_data"}},
    ),
    ("stages.predict", {"type": "evaluate"}),
    ("stages.load_data.transforms", {"train": ["ToTensor"], "test": ["ToTensor"]}),
    ("vars", None),
    ("blocks", None),
    ("stages.build_model.initialize", {"Linear": {"weight": "ones_", "bias": "zeros_"}}),
    ("stages.build_model.initialize", {"Linear": {"type": "normal_", "std": 0.1}}),
    ("stages.build_model.layers.0.initialize", "ones_"),
    ("stages.evaluate.loss", {"type": "CrossEntropyLoss", "weight": [1, 2, 0.5]}),
]

# Each of them is one mistake.
BAD: list[tuple[str, Any]] = [
    ("version", ...),
    ("version", 2),
    ("stages", ...),
    ("stages", {}),
    ("seed", -1),
    ("seed", "0"),
    ("sead", 1),
    ("runtime.device", "gpu"),
    ("runtime.thread", 1),
    ("stages.Train", {"type": "evaluate"}),
    ("stages.seed", {"type": "evaluate"}),
    ("stages.evaluate_train", {"type": "evaluat"}),
    ("stages.evaluate_train", {"split": "train"}),
    ("stages.train.epoch", 2),
    ("stages.train.epochs", "2"),
    ("stages.train.epochs", 0),
    ("stages.train.epochs", True),
    ("stages.train.loss", ...),
    ("stages.train.loss", "CrossEntropy"),
    ("stages.train.optimizer", "SDG"),
    ("stages.train.optimizer", 3),
    ("stages.train.optimizer.type", "SDG"),
    ("stages.train.optimizer.type", ...),
    ("stages.train.optimizer.lr", -1),
    ("stages.train.optimizer.lr", "0.1"),
    ("stages.train.optimizer.moment", 0.9),
    ("stages.train.scheduler", "StepLR"),
    ("stages.train.scheduler", {"type": "StepLR"}),
    ("stages.train.scheduler", {"type": "StepLR", "step_size": 1, "per": "batch"}),
    ("stages.load_data.dataset.type", "CIFAR"),
    ("stages.load_data.dataset.stand_in", "Shape"),
    ("stages.load_data.dataset.stand_in", {"num_classes": 3}),
    ("stages.load_data.dataset.root", ...),
    ("stages.load_data.transforms.0", "ToTensr"),
    ("stages.load_data.transforms", {"train": []}),
    ("stages.load_data.validation_split", 1),
    ("stages.build_model.layers", []),
    ("stages.build_model.layers.1", "Linear"),
    ("stages.build_model.layers.1", "Upsample"),
    ("stages.build_model.layers.1", "LSTM"),
    ("stages.build_model.layers.0.kernel_size", [3, 3, 3]),
    ("stages.build_model.layers.0.kernel_size", 0),
    ("stages.build_model.layers.0.padding", "full"),
    ("stages.build_model.layers.0.id", "Conv"),
    ("stages.build_model.layers.0.type", ...),
    ("stages.save", None),
    ("stages.report", None),
    ("stages.evaluate_more", None),
    ("stages.evaluate_more", "evaluate"),
    ("stages.evaluate_more", []),
    ("stages.train", []),
    ("stages.train.epochs", ...),
    ("stages.save", {"pth": "net.pth"}),
    ("stages.train.scheduler", {"type": "StepLR", "step_sise": 1}),
    ("stages.train.optimizer.groups", [{"parameter": "biases", "lr": 0.1}]),
    ("stages.train.optimizer.groups", [{"parameters": "biases"}]),
    ("stages.train.optimizer.groups", [{"lr": 0.1}]),
    ("stages.load_data.dataset", {"type": "CIFAR10", "rooot": "data"}),
    ("stages.load_data.transforms", {"trains": [], "test": []}),
    ("stages.load_data.transforms.0", {"type": "Resize", "sise": 8}),
    ("stages.load_data.transforms.0", {"type": "GaussianBlur", "kernel_size": 2}),
    ("stages.load_data.transforms.0", {"type": "GaussianBlur", "kernel_size": [3, 4]}),
    ("stages.load_data.transforms.0", {"type": "Grayscale", "num_output_channels": True}),
    ("stages.build_model", {"layer": ["Flatten"]}),
    ("stages.build_model.layers.4", {"type": "Linear", "out_feature": 10}),
    ("stages.build_model.layers.0.initialize", {"weight": "ones"}),
    ("stages.build_model.layers.0.initialize", {"type": "ones"}),
    ("stages.build_model.layers.0.initialize", {"weight": {"std": 0.1}}),
    ("stages.build_model.initialize", {"Linear": {"weight": "ones"}}),
    ("stages.build_model.initialize", {"Linear": {"weight": {"std": 0.1}}}),
    ("stages.evaluate.split", 3),
    ("vars", {"width": None}),
    ("blocks", {"wide": None}),
    ("blocks", {"wide": {}}),
    ("blocks", {"wide": {"layers": []}}),
    ("blocks", {"resnet18": {"layers": ["Flatten"]}}),
    ("blocks", {"Wide": {"layers": ["Flatten"]}}),
    ("blocks", {"wide": {"layers": ["Flatten"], "parameters": {"id": 1}}}),
    ("blocks", ["wide"]),
    ("stages.save.path", ""),
    ("stages.evaluate.metrics", ["acuracy"]),
    ("stages.evaluate.metrics", []),
    ("stages.evaluate.from", {"dat": "load_data"}),
]


@pytest.mark.parametrize(("path", "value"), GOOD)
def test_what_is_right_is_right_for_both(path: str, value: Any) -> None:
    assert schema_errors(lenet(path, value)) == []
    assert our_findings(lenet(path, value)) == []


@pytest.mark.parametrize(("path", "value"), BAD)
def test_one_mistake_is_one_finding_of_each(path: str, value: Any) -> None:
    assert len(schema_errors(lenet(path, value))) == 1
    assert len(our_findings(lenet(path, value))) == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("stages.train", {"epoch": 1, "loss": "CrossEntropyLoss", "optimizer": "SGD"}),
        ("stages.build_model.layers.0.initialize", {}),
        ("blocks", {"wide": {"layer": ["Flatten"]}}),
    ],
)
def test_one_mistake_is_one_finding_of_the_schema(path: str, value: Any) -> None:
    assert len(schema_errors(lenet(path, value))) == 1
    assert our_findings(lenet(path, value))


@pytest.mark.parametrize(
    "path",
    [
        "seed",
        "runtime.threads",
        "stages",
        "blocks",
        "stages.train",
        "stages.evaluate_more",
        "stages.predict.type",
        "stages.train.epochs",
        "stages.train.optimizer",
        "stages.train.optimizer.type",
        "stages.build_model.layers.0.type",
        "stages.train.optimizer.lr",
        "stages.train.optimizer.nesterov",
        "stages.load_data.classes",
        "stages.load_data.dataset.download",
        "stages.build_model.layers",
        "stages.build_model.layers.1",
        "stages.build_model.layers.0.kernel_size",
        "stages.build_model.layers.0.padding",
        "stages.build_model.layers.0.padding_mode",
        "stages.build_model.input_shape",
        "stages.evaluate.split",
    ],
)
def test_any_value_may_be_a_reference(path: str) -> None:
    assert schema_errors(lenet(path, "$vars.it")) == []


@pytest.mark.parametrize("path", ["seed", "stages.train.epochs", "stages.train.optimizer.lr"])
def test_two_dollars_are_not_a_reference(path: str) -> None:
    assert len(schema_errors(lenet(path, "$$vars.it"))) == 1


@pytest.mark.parametrize(
    "stages",
    [
        {"train": {"epochs": 1}},
        {"train": {"optimizer": {"lr": 0.1}}},
        {"train_more": {"epochs": 1}},
        {"evaluate": None},
        {"load_data": {"transforms": {"train": ["ToTensor"]}}},
        {"evaluate_train": {"type": "evaluate", "after": "train"}},
        {"save": {"type": "save"}},
        {},
        {"build_model": {"initialize": {"Linear": {"weight": {"std": 0.1}}}}},
    ],
)
def test_a_file_that_extends_another_may_be_a_piece(stages: dict[str, Any]) -> None:
    assert schema_errors({"extends": "base.yaml", "stages": stages}) == []


@pytest.mark.parametrize(
    "stages",
    [
        {"train": {"epoch": 1}},
        {"train": {"optimizer": {"type": "SGD", "moment": 0.1}}},
        {"train": {"scheduler": {"type": "StepLR"}}},
        {"build_model": {"layers": [{"out_features": 10}]}},
    ],
)
def test_mistakes_are_reported_in_a_piece_too(stages: dict[str, Any]) -> None:
    assert len(schema_errors({"extends": ["a.yaml", "b.yaml"], "stages": stages})) == 1


def test_making_it_leaves_torch_alone() -> None:
    code = (
        "import sys; from cifar_pipe.schema.document import schema_text; schema_text();"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
