"""Where each value of a composed pipeline came from, as comments after its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import yaml

from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.syntax.nodes import MappingNode, Node, SequenceNode, walk


def with_origins(text: str, root: Node) -> str:
    """The YAML text of `root`, each line with the places where its values were written.

    `base.yaml:17 < :3` is a reference, and in the pipeline's own file the variable that it names;
    in a block it is followed by where the block is used. Text that was not made from a file has no
    comment.
    """
    composed = yaml.compose(text, Loader=yaml.SafeLoader)
    assert composed is not None
    names = _short_names(root)
    origins: dict[int, list[str]] = {}
    for line, span in _lines_with_origins(composed, root):
        known = origins.setdefault(line, [])
        origin = " < ".join(_place(one, names) for one in _chain(span))
        if origin not in known:
            known.append(origin)
    lines = text.splitlines()
    # Comments are in one column where the lines before them are no longer than 72.
    column = max((len(line) for line in lines if len(line) <= 72), default=0)
    for number, known in origins.items():
        lines[number] = f"{lines[number].ljust(column)}  # {'; '.join(known)}"
    legend = (
        f"# After each line: where its values were written. :7 is line 7 of {root.span.source.name};",
        "# < leads on to the variable, or to where a block is used.",
    )
    return "\n".join([*legend, *lines]) + "\n"


def _short_names(root: Node) -> Mapping[str, str]:
    """How files are named: the pipeline's own not at all, others by their last name if only one
    has it.
    """
    own = root.span.source.name
    sources = {one.source.name for node in walk(root) for one in _chain(node.span)} - {own}
    last = Counter(name.rpartition("/")[2] for name in sources)
    names = {name: name.rpartition("/")[2] for name in sources}
    return {own: "", **{name: s if last[s] == 1 else name for name, s in names.items()}}


def _lines_with_origins(written: yaml.Node, node: Node) -> Iterator[tuple[int, Span]]:
    """Lines of the written text, counted from 0, each with the place of a value that ends there."""
    match node:
        case MappingNode(items=items) if items:
            by_key = {key.value: value for key, value in written.value}
            for key, item in items.items():
                if key in by_key:
                    yield from _lines_with_origins(by_key[key], item.value)
        case SequenceNode(items=parts) if parts:
            for inner, part in zip(written.value, parts, strict=True):
                yield from _lines_with_origins(inner, part)
        case _:
            # A comment can be after a value, or after the `|` of a text of several lines.
            is_block = isinstance(written, yaml.ScalarNode) and written.style in ("|", ">")
            mark = written.start_mark if is_block else written.end_mark
            yield mark.line, node.span


def _chain(span: Span) -> Iterator[Span]:
    yield span
    while span.origin is not None:
        span = span.origin[0]
        yield span


def _place(span: Span, names: Mapping[str, str]) -> str:
    name = span.source.name
    return name if span.source.override else f"{names.get(name, name)}:{span.line}"
