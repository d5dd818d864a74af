"""The tables hold what the installed PyTorch and torchvision have."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from cifar_pipe.catalog.core.entry import KINDS, Arg, Entry, Kind, Table, table
from cifar_pipe.catalog.core.lookup import table_of
from tests.catalog.torch import drift as drift_module
from tests.catalog.torch.drift import STRICTER, TABLES_MADE_FOR, drift, missing_required


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2])


NEWEST = numbers(version("torch")) >= numbers(TABLES_MADE_FOR)


@pytest.mark.skipif(not NEWEST, reason="the tables are made for a newer PyTorch")
@pytest.mark.parametrize("kind", KINDS)
def test_the_tables_have_not_drifted(kind: Kind) -> None:
    assert drift(kind) == []


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_required_has_a_place_in_the_tables(kind: Kind) -> None:
    assert missing_required(kind) == []


def test_each_stricter_argument_exists() -> None:
    for name in STRICTER:
        component, _, argument = name.partition(".")
        kept = [table_of(kind).entries.get(component) for kind in KINDS]
        assert any(entry is not None and argument in entry.args for entry in kept)


@pytest.fixture
def drifted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of optimizers that has drifted in every way."""
    entries = [
        Entry(
            "optimizer", "SGD", "", "torch.optim:SGD", {"lr": Arg(float, 0.5), "old": Arg(int, 1)}
        )
    ]
    wrong = table("optimizer", entries, {"Gone": "it was"}, source=("torch.optim",))

    def fake(_: Kind) -> Table:
        return wrong

    monkeypatch.setattr(drift_module, "table_of", fake)


@pytest.mark.usefixtures("drifted")
def test_each_difference_is_a_sentence() -> None:
    found = drift("optimizer")
    assert "Adam is neither kept nor left out" in found
    assert "Gone is left out and does not exist" in found
    assert "SGD has no argument old" in found
    assert "SGD.momentum is neither kept nor left out" in found
    assert "SGD.lr has the default 0.001 and not 0.5" in found


@pytest.mark.usefixtures("drifted")
def test_a_required_argument_without_a_place_is_reported() -> None:
    assert missing_required("optimizer") == ["SGD needs params"]
