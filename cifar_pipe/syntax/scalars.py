"""Plain scalars by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema).

`1e-3` is a float, `010` is ten, and `on`, `12:30`, `1_000` and `2026-11-23` are text.
"""

from __future__ import annotations

import math
import re

Value = None | bool | int | float | str

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBERS_BEGIN = frozenset("-+.0123456789")

_KINDS = {
    type(None): "null",
    bool: "a truth value",
    int: "a whole number",
    float: "a number",
    str: "text",
}

COMMENT_RULE = "a comment begins with #"
"""For findings about comments of other languages."""


_FINITE = "write a finite number, or quote the text"
_RANGE = f"write at most {2**63 - 1}, which is 2^63 - 1, or quote the text"


class NotANumberError(ValueError):
    """A number that a setting cannot be: infinite, NaN, or beyond 64 bits."""

    def __init__(self, message: str, help: str = _FINITE) -> None:  # noqa: A002
        super().__init__(message)
        self.help = help


def resolve(text: str) -> Value:
    """The value of a scalar without quotes. Raises NotANumberError."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    # Nearly all scalars are words.
    if text[0] not in _NUMBERS_BEGIN:
        return text
    if INT.fullmatch(text):
        return _whole(text)
    if FLOAT.fullmatch(text):
        if math.isinf(float(text)):
            raise NotANumberError(f"{text} is too large for a float")
        return float(text)
    if NOT_FINITE.fullmatch(text):
        raise NotANumberError(f"{text} is not a finite number")
    return text


def kind_of(value: Value) -> str:
    return _KINDS[type(value)]


def _whole(text: str) -> int:
    # int() itself refuses or crawls on thousands of digits.
    if len(text) > 70:
        message = f"a whole number of {len(text)} digits does not fit into 64 bits"
        raise NotANumberError(message, _RANGE)
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    number = int(text[2:], base) if base != 10 else int(text)
    # PyTorch's integers have 64 bits; seeds are unsigned.
    if not -(2**63) <= number < 2**64:
        raise NotANumberError(f"{text} does not fit into 64 bits", _RANGE)
    return number
