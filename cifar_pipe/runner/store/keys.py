"""What the result of a stage depends on, and the key that stands for it.

The type of the stage, the number of its code, the settings that change results, the digests of its
inputs, its seed, what it reads from outside of the pipeline, the code of components and stages that other
packages add, and the number format of what networks compute. Comments, the order of keys, the paths of outputs, how much is printed, threads, versions and
the device are not in it: a result made elsewhere is the same result up to rounding.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.packages import code_digest, packages_in
from cifar_pipe.pipeline.document import Runtime
from cifar_pipe.stages.spec import StageSpec, StageType

# The fields of `runtime` that change a result by more than rounding.
RUNTIME = ("precision", "memory_format")
# How a dataset gets to where it is read from: what is there counts, wherever it is.
_FETCHING = ("download", "stand_in")

Description = dict[str, Any]


def description(
    type_: StageType,
    spec: StageSpec,
    *,
    seed: int,
    inputs: Mapping[str, str],
    runtime: Runtime,
    external: str = "",
) -> Description:
    """What the result depends on, as JSON has it; `inputs` are digests by the name of the output."""
    computes = "model" in (*spec.needs(), *spec.takes(), *spec.GIVES)
    packages = packages_in(spec)
    if type_.package is not None:
        packages[type_.package] = code_digest(type_.package, type_.code)
    return {
        "type": type_.name,
        "code": spec.CODE,
        "settings": settings(spec),
        "inputs": dict(sorted(inputs.items())),
        "external": external,
        "seed": seed,
        "runtime": _written(runtime, RUNTIME) if computes else {},
        **({"packages": packages} if packages else {}),
    }


def key_of(described: Mapping[str, Any]) -> str:
    return digest_of(described)[:32]


def digest_of(value: Any) -> str:
    """The sha256 of a value that JSON can hold; the order of keys does not count."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, allow_nan=True)
    return hashlib.sha256(text.encode()).hexdigest()


def settings(spec: StageSpec) -> dict[str, Any]:
    """The settings that change results and are not the default: as JSON has them."""
    fields = [name for name in type(spec).model_fields if name not in ("from_", *spec.NEUTRAL)]
    return _written(spec, fields)


def _written(model: BaseModel, names: Any) -> dict[str, Any]:
    """Without what has its default: a setting that a later version adds changes no key."""
    fields = type(model).model_fields
    values = {name: getattr(model, name) for name in names if name in fields}
    return {
        name: plain(value)
        for name, value in values.items()
        if value != fields[name].get_default(call_default_factory=True)
    }


def plain(value: Any) -> Any:
    match value:
        case Component(kind=kind):
            places = [name for name, arg in value.entry.args.items() if arg.reads]
            left_out = (*_FETCHING, *places) if kind == "dataset" else ()
            arguments = _written(value.arguments, [n for n in value.given if n not in left_out])
            common = {name: plain(one) for name, one in value.common.items() if one is not None}
            return {"type": value.name, **common, **arguments}
        case BaseModel():
            return _written(value, type(value).model_fields)
        case Mapping():
            return {str(name): plain(one) for name, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
        case _:
            return value


def default_of(spec: StageSpec, path: str) -> Any:
    """The default of a setting by its path, `optimizer.lr`, as JSON has it; `(default)` where it belongs
    to what is not there.
    """
    value: Any = spec
    *above, name = path.split(".")
    for part in above:
        match value:
            case Component():
                value = value.given.get(part)
            case BaseModel():
                value = getattr(value, part, None)
            case list() if part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            case list():
                named = (one for one in value if isinstance(one, Component))
                value = next((one for one in named if one.common.get("id") == part), None)
            case _:
                break
    model = value.arguments if isinstance(value, Component) else value
    field = type(model).model_fields.get(name) if isinstance(model, BaseModel) else None
    if field is None or field.is_required():
        return "(default)"
    return plain(field.get_default(call_default_factory=True))
