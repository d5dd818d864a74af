from __future__ import annotations

import pytest

from cifar_pipe.decode.components import a_kind, arguments_of_kind, entry_of
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.reader import read


@pytest.mark.parametrize("text", ["ReLU", "{type: ReLU}", "{type: ReLU, inplace: 3}"])
def test_a_name_and_a_type_find_the_same_entry(text: str, findings: Findings) -> None:
    root = read(f"it: {text}", "x", findings)
    assert root is not None
    entry = entry_of(root.items["it"].value, "layer", findings)
    assert entry is not None
    assert entry.name == "ReLU"
    assert not findings


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Relu6x", "unknown-component", "there is no layer `Relu6x`"),
        ("SGD", "unknown-component", "there is no layer `SGD`"),
        (
            "ReLU(1)",
            "unknown-component",
            "`ReLU(1)` is not a name: arguments are keys of a mapping",
        ),
        ("{}", "component", "a layer as a mapping needs a type"),
        ("[ReLU]", "component", "a layer is a name or a mapping with a type, not a list of 1"),
        ("{type: 3}", "type", "type takes the name of a layer, not 3"),
    ],
)
def test_what_names_no_layer_is_reported(
    text: str, code: str, words: str, findings: Findings
) -> None:
    root = read(f"it: {text}", "x", findings)
    assert root is not None
    assert entry_of(root.items["it"].value, "layer", findings) is None
    assert [(one.code, one.message) for one in findings.errors] == [(code, words)]


def test_kinds_have_their_article_and_their_arguments() -> None:
    assert [a_kind("optimizer"), a_kind("layer")] == ["an optimizer", "a layer"]
    assert {"lr", "momentum"} <= arguments_of_kind("optimizer")


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("{Linear: 10}", "write {type: Linear, out_features: 10}"),
        ("{dense: 10}", "write {type: Linear, out_features: 10}"),
        ("{linear: 10}", "write {type: Linear, out_features: 10}"),
        ("{Dropout: 0.2}", "write {type: Dropout, p: 0.2}"),
        # Not a value of that argument, several arguments, several keys, none that is known.
        ("{Linear: ten}", "write {type: Linear, ...}, its arguments beside the type"),
        ("{Conv2d: 6}", "write {type: Conv2d, ...}, its arguments beside the type"),
        ("{Linear: 10, id: a}", "write {type: Linear, ...}, its arguments beside the type"),
        ("{nothing: 3}", "write {type: NAME, ...} with a name from `cifar-pipe components layer`"),
    ],
)
def test_a_name_as_a_key_is_shown_as_a_type(text: str, help_: str, findings: Findings) -> None:
    root = read(f"it: {text}", "x", findings)
    assert root is not None
    assert entry_of(root.items["it"].value, "layer", findings) is None
    assert [one.help for one in findings.errors] == [help_]
