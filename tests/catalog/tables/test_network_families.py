"""What the rows of torchvision's networks share."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.facts import NetworkFacts, layer_facts
from cifar_pipe.catalog.tables.network_families import V2, dropout, family


def test_a_family_makes_rows_with_what_its_networks_share() -> None:
    row = family("Net", NetworkFacts(head="fc"), dropout=dropout(0.5))("net50", "A network", V2)
    assert list(row.args) == [
        "weights", "num_classes", "dropout", "weights_file", "weights_sha256", "weights_stand_in",
    ]  # fmt: skip
    assert row.address == "torchvision.models:net50"
    assert row.signature == "torchvision.models:Net"
    assert row.own_args == ("weights_file", "weights_sha256", "weights_stand_in")
    assert layer_facts(row).network == NetworkFacts(head="fc")


def test_auxiliary_heads_are_always_off() -> None:
    row = family("Net", NetworkFacts(head="fc", auxiliary=("aux",)))("net", "A network")
    assert row.fixed_args == {"aux_logits": False, "init_weights": True}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": "DEFAULT", "weights_file": "net.pth"}, "weights or weights_file, not both"),
        ({"weights_stand_in": "random"}, "it needs weights"),
    ],
)
def test_weights_have_one_source(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        make("layer", "resnet18", **arguments)
