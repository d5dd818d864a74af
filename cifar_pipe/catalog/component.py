"""A component as the pipeline declares it: a name and its typed arguments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from cifar_pipe.catalog.common import common_keys
from cifar_pipe.catalog.entry import Entry, Kind
from cifar_pipe.catalog.lookup import Arguments, model_for, table_of


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
    def given(self) -> dict[str, Any]:
        """Only what was written: builders pass nothing else."""
        return {name: getattr(self.arguments, name) for name in self.arguments.model_fields_set}

    def get(self, name: str) -> Any:
        """The argument as written, or its default."""
        return getattr(self.arguments, name)

    def plain(self) -> Any:
        """As it would be written in YAML: the bare name where there is nothing else."""
        written = {**self.common, **self.given}
        return {"type": self.name, **written} if written else self.name


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


def make(kind: Kind, name: str, /, **arguments: Any) -> Component:
    """The component as Python would declare it, its arguments checked; for code and tests.

    Raises KeyError for an unknown name and pydantic's ValidationError for wrong arguments.
    """
    entry = table_of(kind).entries[name]
    keys = common_keys(kind).model_fields
    common = {key: value for key, value in arguments.items() if key in keys}
    own = {key: value for key, value in arguments.items() if key not in keys}
    common_keys(kind).model_validate(common)
    return Component(entry, model_for(entry).model_validate(own), common)
