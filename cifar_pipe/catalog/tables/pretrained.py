"""What every one of torchvision's networks takes beside torchvision's own arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cifar_pipe.catalog.core.argument_rules import BrokenRule, Rule, both_given
from cifar_pipe.catalog.core.entry import Arg, Entry
from cifar_pipe.catalog.core.types import Str, choice, optional

_ARGS = {
    "weights_file": Arg(
        optional(Str),
        None,
        "File with the network's state_dict, relative to the current directory, instead of "
        "`weights`; with another num_classes than its the head is new.",
    ),
    "weights_stand_in": Arg(
        optional(choice("random")),
        None,
        "Go on with random weights, and say so, where `weights` are not on disk and there is no "
        "connection to download them.",
    ),
}


def with_weights(entry: Entry) -> Entry:
    """The network, with the keys of ours that say where its weights come from."""
    return replace(
        entry,
        args={**entry.args, **_ARGS},
        own_args=(*entry.own_args, *_ARGS),
        rule=_both(entry.rule, _one_source),
    )


def _both(first: Rule | None, second: Rule) -> Rule:
    return lambda arguments: (first(arguments) if first else None) or second(arguments)


def _one_source(arguments: Mapping[str, Any]) -> BrokenRule | None:
    if arguments["weights"] and arguments["weights_file"]:
        return both_given("weights", "weights_file")
    if arguments["weights_stand_in"] and not arguments["weights"]:
        message = "weights_stand_in is for weights that are downloaded: it needs weights"
        return BrokenRule(message, ("weights_stand_in", "weights"))
    return None
