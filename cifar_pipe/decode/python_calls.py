"""Components and numbers as Python writes them, as a pipeline has them."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from cifar_pipe.catalog.core.entry import Entry, Kind
from cifar_pipe.catalog.core.lookup import common_keys, find
from cifar_pipe.diagnostics.suggest import nearest

POSITIONAL: Final[Mapping[Kind, int]] = {
    "averaging": 0,
    "callback": 0,
    "dataset": 1,
    "initializer": 0,
    "layer": 4,
    "loss": 0,
    "metric": 0,
    "optimizer": 3,
    "sampler": 0,
    "scheduler": 2,
    "tracker": 0,
    "transform": 9,
}
"""How many of a component's arguments, of each kind, stand where PyTorch's own stand: those after
the parameters or the optimizer, which are not written here.
"""

REFERENCES: Final = {
    "num_classes": "$data.num_classes",
    "n_classes": "$data.num_classes",
    "data.num_classes": "$data.num_classes",
    "len(classes)": "$data.num_classes",
    "image_shape": "$data.image_shape",
    "data.image_shape": "$data.image_shape",
    "data.channels": "$data.channels",
}
"""What code calls the facts of the data."""

_LONGEST = 2000
_ASSIGNED = re.compile(r"\s*self\.([A-Za-z]\w*)\s*=(?!=)")
_LISTS: Mapping[Kind, str] = {"layer": "Sequential", "transform": "Compose"}
_FIRST: Mapping[Kind, str] = {"optimizer": "parameters()", "scheduler": "optimizer"}
_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
}
_LARGEST = 1e6


class _UnclearError(Exception):
    """What has no certain form in a pipeline."""


def component_from(text: str, kind: Kind) -> Any:
    """The component as plain data, a name or a mapping; None where the text calls none for certain."""
    if "(" not in text:
        return None
    component = _tried(text, lambda node: _component(node, kind))
    assigned = _ASSIGNED.match(text)
    if component is None or assigned is None or kind != "layer":
        return component
    return {**({"type": component} if isinstance(component, str) else component), "id": assigned[1]}


def components_from(text: str, kind: Kind) -> list[Any] | None:
    """The list of components, of `Compose([…])`, `Sequential(…)` or several with commas between."""
    found: list[Any] | None = _tried(text, lambda node: _components(node, kind))
    return found


def value_from(text: str) -> Any:
    """The number, word, list or truth value that the text is in Python, computed where it is
    arithmetic: `1/255`, `10^-3`, `16*5*5`; None where it is none, and for `None`.
    """
    return _tried(text, _value)


def name_of_call(text: str) -> str | None:
    """What is called: `SGD` of `torch.optim.SGD(lr=0.1)`."""
    node = _parsed(text)
    return _name(node.func) if isinstance(node, ast.Call) else None


def _parsed(text: str) -> ast.expr | None:
    if len(text) > _LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text.strip().rstrip(",;")).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    match body:
        case [ast.Expr(value=value)] | [ast.Assign(targets=[ast.Attribute()], value=value)]:
            return value
    return None


def _tried(text: str, convert: Callable[[ast.expr], Any]) -> Any:
    node = _parsed(text)
    try:
        return None if node is None else convert(node)
    except (_UnclearError, ArithmeticError, ValueError, RecursionError, TypeError):
        return None


def _name(node: ast.expr) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def _components(node: ast.expr, kind: Kind) -> list[Any]:
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_component(item, kind) for item in items]
        case ast.Call(func=func, args=[ast.List() as items]) if _name(func) == _LISTS.get(kind):
            return _components(items, kind)
        case ast.Call(func=func, args=items) if _name(func) == _LISTS.get(kind):
            return [_component(item, kind) for item in items]
    return [_component(node, kind)]


def _component(node: ast.expr, kind: Kind) -> Any:
    call = node if isinstance(node, ast.Call) else None
    name = _name(call.func if call else node)
    keywords = {one.arg: one.value for one in call.keywords if one.arg} if call else {}
    if name == "dict" and "type" in keywords:
        name = str(_value(keywords.pop("type"))).rpartition(".")[2]
    if call and name == "Sequential" and kind == "layer":
        return {"type": name, "layers": _components(call, kind)}
    entry = find(kind, name or "")
    if entry is None:
        raise _UnclearError
    arguments = dict(_arguments(entry, call.args if call else [], keywords))
    arguments |= entry.to_be_filled(arguments)
    return {"type": entry.name, **arguments} if arguments else entry.name


def _arguments(
    entry: Entry, positions: list[ast.expr], keywords: Mapping[str, ast.expr]
) -> Iterator[tuple[str, Any]]:
    first = _FIRST.get(entry.kind)
    if first and positions and first in ast.unparse(positions[0]):
        positions = positions[1:]
    # torchvision's networks, whose arguments are their class's, take names only.
    names = list(entry.args)[: POSITIONAL[entry.kind]] if entry.signature is None else []
    if len(positions) > len(names):
        raise _UnclearError
    for name, node in zip(names, positions, strict=False):
        yield name, _value(node)
    known = [*entry.args, *common_keys(entry).model_fields]
    for name, node in keywords.items():
        # An argument that is not taken here is left out, as `inplace` and `device`.
        key = name if name in known else nearest(name, known)
        if key is not None:
            yield key, _value(node)


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=None | bool() | int() | float() | str() as value):
            return value
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return [_value(item) for item in items]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand)
        case ast.BinOp():
            return _number(node)
    reference = REFERENCES.get(ast.unparse(node).rpartition("self.")[2])
    if reference is None:
        raise _UnclearError
    return reference


def _number(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand)
        case ast.BinOp(left=left, op=ast.BitXor(), right=right):
            # As in mathematics: 10^-3.
            return _number(ast.BinOp(left, ast.Pow(), right))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            one, other = _number(left), _number(right)
            if max(abs(one), abs(other)) > _LARGEST or (isinstance(op, ast.Pow) and other > 64):
                raise _UnclearError
            return _OPERATORS[type(op)](one, other)
    raise _UnclearError
