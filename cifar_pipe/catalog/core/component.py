"""A component as the pipeline declares it: a name and its typed arguments."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from cifar_pipe.catalog.core.annotations import (
    KindMark,
    bare,
    branch_for,
    branches,
    kind_of,
    type_of,
)
from cifar_pipe.catalog.core.entry import Entry, Kind
from cifar_pipe.catalog.core.facts import Facts
from cifar_pipe.catalog.core.lookup import Arguments, common_keys, find, model_for
from cifar_pipe.frozen import frozen


@frozen
class Component:
    """`given` are the arguments that were written, typed; `node` is their YAML, a node of syntax.nodes.

    `common` are the keys that every component of the kind takes and that are not its arguments:
    for a layer its `id`.
    """

    entry: Entry
    arguments: Arguments
    common: dict[str, Any] = field(default_factory=dict)
    node: Any = field(default=None, compare=False, repr=False)

    @property
    def kind(self) -> Kind:
        return self.entry.kind

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def facts(self) -> Facts:
        return self.entry.facts

    @property
    def given(self) -> dict[str, Any]:
        """Only what was written: builders pass nothing else."""
        written = self.arguments.model_fields_set
        return {name: getattr(self.arguments, name) for name in self.entry.args if name in written}

    def get(self, name: str) -> Any:
        """The argument as written, or its default."""
        return getattr(self.arguments, name)

    def __deepcopy__(self, _: dict[int, Any]) -> Component:
        """A copy of a network shares its components: they never change."""
        return self

    def plain(self) -> Any:
        """As it would be written in YAML: the bare name where there is nothing else."""
        written = {key: _plain(value) for key, value in {**self.common, **self.given}.items()}
        return {"type": self.name, **written} if written else self.name


def _plain(value: Any) -> Any:
    match value:
        case Component():
            return value.plain()
        case BaseModel():
            return {key: _plain(getattr(value, key)) for key in value.model_fields_set}
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case _:
            return value


class ComponentOf(KindMark):
    """Marks a field that holds a component of this kind."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.is_instance_schema(Component)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        # The schema puts the reference to the kind's definition here.
        return {"x-component": self.kind}


Dataset = Annotated[Component, ComponentOf("dataset")]
Transform = Annotated[Component, ComponentOf("transform")]
Sampler = Annotated[Component, ComponentOf("sampler")]
Layer = Annotated[Component, ComponentOf("layer")]
Loss = Annotated[Component, ComponentOf("loss")]
Optimizer = Annotated[Component, ComponentOf("optimizer")]
Scheduler = Annotated[Component, ComponentOf("scheduler")]
Averaging = Annotated[Component, ComponentOf("averaging")]
Callback = Annotated[Component, ComponentOf("callback")]
Metric = Annotated[Component, ComponentOf("metric")]
Tracker = Annotated[Component, ComponentOf("tracker")]
Initializer = Annotated[Component, ComponentOf("initializer")]


def make(kind: Kind, name: str, /, **arguments: Any) -> Component:
    """The component as Python would declare it, its arguments checked; for code and tests.

    A component among the arguments may be written as in YAML: a name, or a mapping with `type`.
    Raises KeyError for an unknown name and pydantic's ValidationError for wrong arguments.
    """
    entry = find(kind, name)
    if entry is None:
        raise KeyError(name)
    its_keys = common_keys(entry)
    keys = its_keys.model_fields
    common = {
        key: _made(type_of(keys[key]), value) for key, value in arguments.items() if key in keys
    }
    own = {
        key: _made(entry.args[key].type, value) if key in entry.args else value
        for key, value in arguments.items()
        if key not in keys
    }
    checked = its_keys.model_validate(common)
    given = {key: getattr(checked, key) for key in checked.model_fields_set}
    return Component(entry, model_for(entry).model_validate(own), given)


def _made(annotation: Any, value: Any) -> Any:
    """The value with each component that the annotation asks for made of what is written there."""
    kind, inner = kind_of(annotation), get_args(annotation)
    if choices := branches(annotation):
        by_name = isinstance(value, dict) and "type" not in value
        is_list = isinstance(value, list)
        return _made(branch_for(choices, is_list=is_list, is_mapping=by_name), value)
    match value:
        case str() if kind:
            return make(kind, value)
        case {"type": str(name)} if kind:
            arguments = {str(key): one for key, one in value.items() if key != "type"}
            return make(kind, name, **arguments)
        case list() if get_origin(annotation) is list:
            return [_made(inner[0], item) for item in value]
        case dict() if get_origin(annotation) is dict:
            return {key: _made(inner[1], item) for key, item in value.items()}
        case _:
            without_marks = bare(annotation)
            return value if without_marks is annotation else _made(without_marks, value)
