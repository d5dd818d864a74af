"""Follows an image through the layers: what each gives, and what each needs to be built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import layer_facts
from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.diagnostics.problem import ProblemError, below
from cifar_pipe.model.planning import containers
from cifar_pipe.model.planning.layer_names import inputs_of, layer_names, origin
from cifar_pipe.model.planning.measure import measure
from cifar_pipe.model.planning.parameters import ByType, check_types, frozen, initialized
from cifar_pipe.model.planning.planned import LayerRow, PlacedLayer, Planned, Shape, layer_error
from cifar_pipe.model.value_ranges import check_exponent

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
    with below("layers"):
        planned = _Planner(by_type or {}).plan(layers, tuple(input_shape))
    check_types(planned, by_type or {})
    return planned


def takes(layers: Sequence[Component], built: Sequence[LayerRow], shape: Sequence[int]) -> bool:
    """Whether the network that was built with this layer table takes images of `shape` as well."""
    try:
        rows = check(layers, shape)
    except ProblemError:
        return False
    return [row.parameters for row in rows] == [row.parameters for row in built]


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
                problem = error.problem
                # One that is inside of the layer has a note of its own.
                if problem.code == "shape" and not problem.notes:
                    problem = replace(problem, notes=(origin(inputs, above, shape, owner),))
                raise ProblemError(problem.below(index)) from None
        return tuple(above.values())

    def _layer(self, placed: PlacedLayer) -> Planned:
        self._count += 1
        if self._count > MOST_LAYERS:
            raise layer_error(f"the network has more than {MOST_LAYERS:,} layers", code="too-large")
        return frozen(initialized(self._shaped(placed), self._by_type))

    def _shaped(self, placed: PlacedLayer) -> Planned:
        facts = layer_facts(placed.layer)
        if facts.joins:
            return containers.joined(placed)
        if facts.shares:
            return self._shared(placed)
        if facts.lists:
            return containers.container(placed, dict(self._parts(placed)))
        planned = measure(placed)
        check_exponent(planned, placed.above)
        return planned

    def _shared(self, placed: PlacedLayer) -> Planned:
        first = containers.layer_to_share(placed)
        alone = PlacedLayer(first.layer, first.name, (INPUT,), placed.shapes, above={})
        try:
            again = self._layer(alone)
        except ProblemError as error:
            # It fits where it is written, and not here: what would mend it alone moves its weights.
            raise ProblemError(replace(error.problem, path=(), help=None)) from None
        return containers.shared(placed, first, again)

    def _parts(self, placed: PlacedLayer) -> Iterator[tuple[str, tuple[Planned, ...]]]:
        """The lists of a Sequential or Residual by name; a repeated one takes what the last gives."""
        layer, shape = placed.layer, placed.shape
        repeated = "repeat" in layer.given
        for name in map(str, range(layer.get("repeat"))) if repeated else [containers.MAIN]:
            with below("layers"):
                part = self.plan(layer.get("layers"), shape, owner=layer)
            yield name, part
            shape = part[-1].shape
        if shortcut := layer.given.get(containers.SHORTCUT):
            with below(containers.SHORTCUT):
                yield containers.SHORTCUT, self.plan(shortcut, placed.shape, owner=layer)
