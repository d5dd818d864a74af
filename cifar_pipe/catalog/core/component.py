"""A component as the pipeline declares it: a name and its typed arguments."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from cifar_pipe.catalog.core.component_keys import common_keys
from cifar_pipe.catalog.core.entry import Entry, Kind
from cifar_pipe.catalog.core.facts import Facts
from cifar_pipe.catalog.core.lookup import Arguments, model_for, table_of


@dataclass(frozen=True, slots=True)
class Component:
    """`given` are the arguments that were written, typed; `node` is where (a language node).

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
        return {name: getattr(self.arguments, name) for name in self.arguments.model_fields_set}

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


@dataclass(frozen=True, slots=True)
class ComponentOf:
    """Marks a field that holds a component of this kind."""

    kind: Kind

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.is_instance_schema(Component)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        # pipeline/schema.py puts the reference to the kind's definition here.
        return {"x-component": self.kind}


Dataset = Annotated[Component, ComponentOf("dataset")]
Transform = Annotated[Component, ComponentOf("transform")]
Layer = Annotated[Component, ComponentOf("layer")]
Loss = Annotated[Component, ComponentOf("loss")]
Optimizer = Annotated[Component, ComponentOf("optimizer")]
Scheduler = Annotated[Component, ComponentOf("scheduler")]
Metric = Annotated[Component, ComponentOf("metric")]
Initializer = Annotated[Component, ComponentOf("initializer")]


def make(kind: Kind, name: str, /, **arguments: Any) -> Component:
    """The component as Python would declare it, its arguments checked; for code and tests.

    A component among the arguments may be written as in YAML: a name, or a mapping with `type`.
    Raises KeyError for an unknown name and pydantic's ValidationError for wrong arguments.
    """
    entry = table_of(kind).entries[name]
    its_keys = common_keys(entry)
    keys = its_keys.model_fields
    common = {
        key: _made(_type_of(keys[key]), value) for key, value in arguments.items() if key in keys
    }
    own = {
        key: _made(entry.args[key].type, value) if key in entry.args else value
        for key, value in arguments.items()
        if key not in keys
    }
    checked = its_keys.model_validate(common)
    given = {key: getattr(checked, key) for key in checked.model_fields_set}
    return Component(entry, model_for(entry).model_validate(own), given)


def _type_of(field: FieldInfo) -> Any:
    """The field's type with its mark, if it holds a component."""
    marks = [mark for mark in field.metadata if isinstance(mark, ComponentOf)]
    return Annotated[field.annotation, marks[0]] if marks else field.annotation


def _branch(value: Any, branches: tuple[Any, ...]) -> Any:
    """The branch of a union that is written like this: by names, as a list, or a component."""
    wanted = list if isinstance(value, list) else dict
    if isinstance(value, list) or (isinstance(value, dict) and "type" not in value):
        return next((one for one in branches if get_origin(_bare(one)) is wanted), Any)
    return next((one for one in branches if _bare(one) is Component), Any)


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation


def _made(annotation: Any, value: Any) -> Any:
    """The value with each component that the annotation asks for made of what is written there."""
    marks = getattr(annotation, "__metadata__", ())
    mark = next((one for one in marks if isinstance(one, ComponentOf)), None)
    inner = get_args(annotation)
    match value:
        case str() if mark:
            return make(mark.kind, value)
        case {"type": str(name)} if mark:
            arguments = {str(key): one for key, one in value.items() if key != "type"}
            return make(mark.kind, name, **arguments)
        case list() if get_origin(annotation) is list:
            return [_made(inner[0], item) for item in value]
        case dict() if get_origin(annotation) is dict:
            return {key: _made(inner[1], item) for key, item in value.items()}
        case _ if get_origin(annotation) in (Union, UnionType):
            return _made(_branch(value, inner), value)
        case _ if marks and not mark:
            return _made(inner[0], value)
        case _:
            return value
