"""Follows an image through one layer: by formula where there is one that is sure, else on torch's meta device.

Torch is imported only where it is asked: that takes longer than all other checks together.
"""

from __future__ import annotations

from math import prod

from cifar_pipe.catalog.torch.versions import is_older_than_tables
from cifar_pipe.model.planning.dimensions import check_dimensions, check_dims
from cifar_pipe.model.planning.formulas.table import by_formula
from cifar_pipe.model.planning.inferred_sizes import inferred_sizes
from cifar_pipe.model.planning.planned import LayerRow, PlacedLayer, Planned, Weight


def measure(placed: PlacedLayer) -> Planned:
    """The layer on one image. Raises ProblemError where it does not fit."""
    layer, shape = placed.layer, placed.shape
    check_dimensions(layer, shape)
    check_dims(layer, shape)
    sizes = inferred_sizes(layer, shape)
    # An older PyTorch may not take what is written.
    older = is_older_than_tables(layer.entry)
    measured = None if older else by_formula(layer, shape, sizes)
    if measured is None:
        from cifar_pipe.model.planning.on_meta import measure_on_meta  # noqa: PLC0415 (torch)

        measured = measure_on_meta(layer, shape, sizes)
    parameters = sum(map(prod, measured.weights.values()))
    row = LayerRow(
        placed.name,
        layer.name,
        measured.shape,
        parameters=parameters,
        trainable=parameters,
        multiply_adds=measured.multiply_adds,
        inputs=placed.inputs,
    )
    weights = {name: Weight(its) for name, its in measured.weights.items()}
    return Planned(layer, row, sizes, weights)
