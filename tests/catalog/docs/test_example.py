from __future__ import annotations

import pytest
import yaml

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.entry import KINDS, Entry
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.docs.example import example_line, takes_bare_name, yaml_value

ENTRIES = [entry for kind in KINDS for entry in table_of(kind).entries.values()]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_each_example_is_yaml_that_the_table_takes(entry: Entry) -> None:
    written = yaml.safe_load(example_line(entry))
    value = written[0] if isinstance(written, list) else written[entry.kind]
    arguments = dict(value) if isinstance(value, dict) else {"type": value}
    assert arguments.pop("type") == entry.name
    make(entry.kind, entry.name, **arguments)


def test_a_bare_name_is_enough_where_nothing_must_be_written() -> None:
    layers = table_of("layer").entries
    assert takes_bare_name(layers["ReLU"])
    assert takes_bare_name(layers["BatchNorm2d"])
    assert not takes_bare_name(layers["Linear"])
    assert not takes_bare_name(layers["Upsample"])


def test_examples_look_as_one_would_write_them() -> None:
    assert example_line(table_of("optimizer").entries["SGD"]) == "optimizer: {type: SGD, lr: 0.001}"
    assert example_line(table_of("layer").entries["ReLU"]) == "- ReLU"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "null"), (True, "true"), ([1, 2.5], "[1, 2.5]"), (1 / 3, "0.3333"), ("mean", "mean")],
)
def test_values_are_written_as_yaml(value: object, text: str) -> None:
    assert yaml_value(value) == text
