"""A stage's settings as a line of text."""

from __future__ import annotations


def in_words(value: object) -> str:
    """{type: SGD, lr: 0.1} -> "SGD, lr 0.1"; a list's items with semicolons between."""
    match value:
        case dict():
            pairs = [f"{key} {_inner(item)}" for key, item in value.items() if key != "type"]
            return ", ".join([*([str(value["type"])] if "type" in value else []), *pairs])
        case list():
            return "; ".join(map(in_words, value))
        case _:
            return str(value)


def _inner(value: object) -> str:
    match value:
        case dict():
            return f"({in_words(value)})"
        case list():
            return f"[{', '.join(map(_inner, value))}]"
        case _:
            return str(value)
