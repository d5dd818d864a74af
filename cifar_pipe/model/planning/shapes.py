"""Follows an image through the layers: what each gives, and what each needs to be built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.model.planning import containers, initialize, joins
from cifar_pipe.model.planning.inferred_sizes import WrongSize
from cifar_pipe.model.planning.layer_inputs import inputs_of, origin
from cifar_pipe.model.planning.layer_names import layer_names
from cifar_pipe.model.planning.measure import measure, untrained, without
from cifar_pipe.model.planning.misfit import Misfit
from cifar_pipe.model.planning.planned import LayerRow, Planned, Shape
from cifar_pipe.model.planning.signs import check_signs
from cifar_pipe.model.planning.torch_errors import Complaint
from cifar_pipe.model.planning.trainable import frozen

__all__ = ["LayerRow", "Misfit", "Planned", "check", "plan", "untrained", "without"]

# Blocks that are repeated inside of others multiply: a slip of the pen must not take the machine.
MOST_LAYERS = 5_000


def check(
    layers: Sequence[Component],
    input_shape: Sequence[int],
    *,
    by_type: initialize.ByType | None = None,
) -> list[LayerRow]:
    """The layer table; `input_shape` is one image's, [C, H, W].

    `by_type` says how the parameters of all layers of a type begin. Raises Misfit for the first
    layer that does not fit.
    """
    return [planned.row for planned in plan(layers, input_shape, by_type=by_type)]


def plan(
    layers: Sequence[Component],
    input_shape: Sequence[int],
    *,
    by_type: initialize.ByType | None = None,
) -> list[Planned]:
    planned = _Planner(by_type or {}).plan(layers, tuple(input_shape))
    initialize.check_types(planned, by_type or {})
    return list(planned)


class _Planner:
    def __init__(self, by_type: initialize.ByType) -> None:
        self._by_type = by_type
        self._count = 0

    def plan(
        self, layers: Sequence[Component], shape: Shape, *, owner: Component | None = None
    ) -> tuple[Planned, ...]:
        """The layers of one list, which is given one image of `shape`; `owner` holds the list."""
        taken = owner.entry.traits["lists"] if owner else ()
        above: dict[str, Planned] = {}
        owner_name = owner.name if owner else None
        for index, (layer, name) in enumerate(
            zip(layers, layer_names(layers, taken=taken), strict=True)
        ):
            inputs: tuple[str, ...] = ()
            try:
                inputs = inputs_of(layer, above)
                above[name] = self._layer(layer, name, shape, inputs, above)
            except Misfit as misfit:
                raise misfit.below(index) from None
            except (Complaint, WrongSize) as told:
                code = told.code if isinstance(told, Complaint) else "shape"
                about_shape = code == "shape"
                raise Misfit(
                    (index,),
                    layer,
                    told.message,
                    argument=told.argument,
                    notes=(origin(inputs, above, shape, owner_name),) if about_shape else (),
                    help=told.help,
                    code=code,
                ) from None
        return tuple(above.values())

    def _layer(
        self,
        layer: Component,
        name: str,
        given: Shape,
        inputs: tuple[str, ...],
        above: Mapping[str, Planned],
    ) -> Planned:
        self._count += 1
        if self._count > MOST_LAYERS:
            raise Complaint(f"the network has more than {MOST_LAYERS:,} layers", code="too-large")
        shapes = [given if one == INPUT else above[one].shape for one in inputs]
        planned = self._shaped(layer, name, shapes, inputs, above)
        planned = replace(planned, row=replace(planned.row, inputs=inputs))
        return frozen(initialize.initialized(planned, self._by_type))

    def _shaped(
        self,
        layer: Component,
        name: str,
        shapes: Sequence[Shape],
        inputs: tuple[str, ...],
        above: Mapping[str, Planned],
    ) -> Planned:
        traits = layer.entry.traits
        if traits.get("joins"):
            shape = joins.joined(layer, shapes)
            return Planned(layer, LayerRow(name, layer.name, shape, 0, 0, 0), inputs)
        if traits.get("shares"):
            return containers.shared(layer, name, shapes[0], inputs, above, again=self._again)
        if traits.get("lists"):
            return containers.holding(layer, name, shapes[0], inputs, plan=self.plan)
        return check_signs(measure(layer, name, shapes[0], inputs), above)

    def _again(self, planned: Planned, shape: Shape) -> Planned:
        """The layer on another input."""
        return self._layer(planned.layer, planned.name, shape, (INPUT,), {})
