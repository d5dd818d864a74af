"""Follows an image through the layers: what each gives, and what each needs to be built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.planning import containers
from cifar_pipe.model.planning.initialize import ByType, check_types, initialized
from cifar_pipe.model.planning.joins import joined
from cifar_pipe.model.planning.layer_inputs import inputs_of, origin
from cifar_pipe.model.planning.layer_names import layer_names
from cifar_pipe.model.planning.measure import measure
from cifar_pipe.model.planning.planned import LayerRow, PlacedLayer, Planned, Shape
from cifar_pipe.model.planning.problems import layer_error
from cifar_pipe.model.planning.signs import check_signs
from cifar_pipe.model.planning.trainable import frozen

# Repeated blocks inside of others multiply: a slip of the pen must not take the machine.
MOST_LAYERS = 5_000


def check(
    layers: Sequence[Component], input_shape: Sequence[int], *, by_type: ByType | None = None
) -> list[LayerRow]:
    """The layer table; raises as `plan` does."""
    return [planned.row for planned in plan(layers, input_shape, by_type=by_type)]


def plan(
    layers: Sequence[Component], input_shape: Sequence[int], *, by_type: ByType | None = None
) -> tuple[Planned, ...]:
    """The layers as they are built; `input_shape` is one image's, [C, H, W].

    `by_type` is how the parameters of all layers of a type begin. Raises ProblemError for the first
    layer that does not fit, with a path from the stage build_model: ("layers", 3, "kernel_size"),
    or ("initialize", "Conv2d", "weight") for what `by_type` says.
    """
    try:
        planned = _Planner(by_type or {}).plan(layers, tuple(input_shape))
    except ProblemError as error:
        raise error.below("layers") from None
    check_types(planned, by_type or {})
    return planned


class _Planner:
    def __init__(self, by_type: ByType) -> None:
        self._by_type = by_type
        self._count = 0

    def plan(
        self, layers: Sequence[Component], shape: Shape, *, owner: Component | None = None
    ) -> tuple[Planned, ...]:
        """The layers of one list, which is given one image of `shape`; `owner` holds the list."""
        names = layer_names(layers, taken=layer_facts(owner).lists if owner else ())
        above: dict[str, Planned] = {}
        for index, (layer, name) in enumerate(zip(layers, names, strict=True)):
            inputs = inputs_of(layer, above)
            shapes = [shape if one == INPUT else above[one].shape for one in inputs]
            try:
                above[name] = self._layer(PlacedLayer(layer, name, inputs, shapes, above))
            except ProblemError as error:
                note = origin(inputs, above, shape, owner)
                raise _with_origin(error, note).below(index) from None
        return tuple(above.values())

    def _layer(self, placed: PlacedLayer) -> Planned:
        self._count += 1
        if self._count > MOST_LAYERS:
            raise layer_error(f"the network has more than {MOST_LAYERS:,} layers", code="too-large")
        return frozen(initialized(self._shaped(placed), self._by_type))

    def _shaped(self, placed: PlacedLayer) -> Planned:
        facts = layer_facts(placed.layer)
        if facts.joins:
            return containers.without_parameters(placed, joined(placed.layer, placed.shapes))
        if facts.shares:
            return self._shared(placed)
        if facts.lists:
            return containers.container(placed, dict(self._parts(placed)))
        return check_signs(measure(placed), placed.above)

    def _shared(self, placed: PlacedLayer) -> Planned:
        first = containers.layer_to_share(placed)
        try:
            again = self._layer(
                PlacedLayer(first.layer, first.name, (INPUT,), placed.shapes, above={})
            )
        except ProblemError as error:
            # It fits where it is written, and not here.
            raise ProblemError(replace(error.problem, path=())) from None
        return containers.shared(placed, first, again)

    def _parts(self, placed: PlacedLayer) -> Iterator[tuple[str, tuple[Planned, ...]]]:
        """The lists of a Sequential or Residual by name; a repeated one takes what the last gives."""
        layer, shape = placed.layer, placed.shape
        names = (
            map(str, range(layer.get("repeat"))) if "repeat" in layer.given else (containers.MAIN,)
        )
        for name in names:
            part = self._list(layer, "layers", shape)
            yield name, part
            shape = part[-1].shape
        if layer.given.get(containers.SHORTCUT):
            yield containers.SHORTCUT, self._list(layer, containers.SHORTCUT, placed.shape)

    def _list(self, layer: Component, key: str, shape: Shape) -> tuple[Planned, ...]:
        try:
            return self.plan(layer.get(key), shape, owner=layer)
        except ProblemError as error:
            raise error.below(key) from None


def _with_origin(error: ProblemError, note: str) -> ProblemError:
    """With a note of where the layer's input comes from; one that is inside of it has its own."""
    if error.problem.code != "shape" or error.problem.notes:
        return error
    return ProblemError(replace(error.problem, notes=(note,)))
