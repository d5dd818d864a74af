"""Batches of one image, which some layers do not take in training."""

from __future__ import annotations

from collections.abc import Iterable

from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.model.planning.formulas.table import takes_one_image
from cifar_pipe.model.planning.planned import LayerRow


def batch_of_one(what: str, network: ShapedNetwork, *, help_: str) -> Problem | None:
    """A problem at `batch_size` where the network in training does not take one image.

    Batch normalization then has no more than one value per channel.
    """
    if _all_take_one(network.rows):
        return None
    from cifar_pipe.checks.torch.analysis.on_meta import refused_in_training  # noqa: PLC0415

    refused = refused_in_training(network)
    if refused is None:
        return None
    message = f"{what} has 1 image, which the network does not take in training"
    return Problem(message, ("batch_size",), "shape", help_, (refused,))


def _all_take_one(rows: Iterable[LayerRow]) -> bool:
    return all(
        _all_take_one(row.inside) if row.inside else takes_one_image(row.type, row.output_shape)
        for row in rows
    )
