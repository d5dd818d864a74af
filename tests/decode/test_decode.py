from __future__ import annotations

import pytest

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.decode.decode import decode, decode_component
from cifar_pipe.decode.pydantic_errors import Owner
from cifar_pipe.diagnostics.findings import Finding, Findings
from cifar_pipe.stages.load_data.spec import LoadData, SplitTransforms
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.syntax.reader import read


def layer(text: str) -> tuple[Component | None, list[Finding]]:
    findings = Findings()
    root = read(f"it: {text}", "p.yaml", findings)
    assert root is not None
    found = decode_component(root.items["it"].value, "layer", findings)
    return found, findings.sorted()


def stage(text: str, spec: type) -> tuple[object, list[Finding]]:
    findings = Findings()
    root = read(text, "p.yaml", findings)
    assert root is not None
    return decode(root, spec, Owner("it", root.span), findings), findings.sorted()


def test_a_bare_name_is_a_component_without_arguments() -> None:
    found, findings = layer("ReLU")
    assert not findings
    assert found is not None
    assert (found.name, found.given) == ("ReLU", {})


def test_only_what_was_written_is_given() -> None:
    found, _ = layer("{type: Conv2d, out_channels: 6, kernel_size: 5}")
    assert found is not None
    assert found.given == {"out_channels": 6, "kernel_size": 5}
    assert found.get("stride") == 1


def test_the_id_belongs_to_the_layer_and_not_to_its_arguments() -> None:
    found, _ = layer("{type: Linear, out_features: 10, id: fc3}")
    assert found is not None
    assert found.common == {"id": "fc3"}
    assert "id" not in found.given


@pytest.mark.parametrize(
    ("text", "code", "column", "message"),
    [
        ("Linaer", "unknown-component", 5, "there is no layer `Linaer`"),
        ("LSTM", "left-out", 5, "LSTM is not among the layers"),
        ("3", "component", 5, "a layer is a name or a mapping with a type, not 3"),
        ("{out_features: 1}", "component", 5, "a layer as a mapping needs a type"),
        ("{type: 3}", "type", 12, "type takes the name of a layer, not 3"),
        ("{type: Linear}", "missing-key", 12, "Linear needs an argument `out_features`"),
        (
            "{type: Linear, out_features: 0}",
            "value",
            20,
            "out_features takes a whole number above 0, not 0",
        ),
        (
            "{type: Linear, out_features: 2.0}",
            "type",
            20,
            "out_features takes a whole number above 0, not 2.0",
        ),
        (
            "{type: Linear, out_features: 2, bais: true}",
            "unknown-key",
            37,
            "Linear has no argument `bais`",
        ),
        (
            "{type: Linear, out_features: 2, id: FC}",
            "value",
            37,
            "id takes a word of lower-case letters, digits and `_`, not the string `FC`",
        ),
    ],
)
def test_one_mistake_gives_one_finding_at_its_words(
    text: str, code: str, column: int, message: str
) -> None:
    found, findings = layer(text)
    assert found is None
    assert [(f.code, f.span.column, f.message) for f in findings] == [(code, column, message)]


def test_all_mistakes_of_a_mapping_are_reported_at_once() -> None:
    _, findings = stage("epoch: 1\nloss: Nothing\noptimizer: {type: SGD, lr: '0.1'}\n", Train)
    assert [(f.code, f.span.line) for f in findings] == [
        ("unknown-key", 1),
        ("unknown-component", 2),
        ("type", 3),
    ]
    assert findings[2].help == "leave the quotes out"


def test_a_rule_over_several_keys_is_reported_at_the_owner() -> None:
    _, findings = stage("loss: CrossEntropyLoss\noptimizer: {type: SGD, lr: 1}\n", Train)
    assert [f.message for f in findings] == ["it takes epochs or steps: one of them is missing"]


def test_transforms_are_a_list_or_one_list_a_split() -> None:
    flat, _ = stage("dataset: Shapes\ntransforms: [ToTensor]\n", LoadData)
    split, _ = stage("dataset: Shapes\ntransforms: {train: [ToTensor], test: []}\n", LoadData)
    assert isinstance(flat, LoadData)
    assert isinstance(flat.transforms, list)
    assert isinstance(split, LoadData)
    assert isinstance(split.transforms, SplitTransforms)
    assert split.transforms.train[0].name == "ToTensor"


def test_a_component_may_be_an_argument_of_another() -> None:
    found, findings = stage("dataset: {type: CIFAR10, root: data, stand_in: Shape}\n", LoadData)
    assert found is None
    assert [(f.code, f.span.column, f.help) for f in findings] == [
        ("unknown-component", 48, "did you mean `Shapes`?")
    ]
