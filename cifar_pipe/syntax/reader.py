"""YAML text to nodes: strict, within limits, every mistake a finding with its place."""

from __future__ import annotations

import re
from dataclasses import replace

import yaml

from cifar_pipe.diagnostics.findings import Findings, TooManyFindingsError
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax.decoding import is_readable, to_source
from cifar_pipe.syntax.limits import TooLargeError
from cifar_pipe.syntax.nodes import MappingNode, Node, ScalarNode, SequenceNode
from cifar_pipe.syntax.repairs.outcome import Columns, Outcome, same_column
from cifar_pipe.syntax.tree_builder import Tree

# The first words of a program, of lines with numbers, and of a sentence.
_ODD_KEY = re.compile(
    r"(?:def|class|if|for|while) .*|\d+\s*[|\u2502.)]?\s+\S.*|\S+(?: \S+){3,}", re.ASCII
)

# The C parser is some ten times faster; PyYAML is sometimes built without it.
PARSER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(
    content: bytes | str, source_name: str, findings: Findings, *, extended_at: Span | None = None
) -> MappingNode | None:
    """The mapping that the document is, or None where it cannot be read.

    Where only single keys or values are wrong, the rest is returned beside the findings, so that
    later checks can find more.
    """
    source = to_source(content, source_name, findings, extended_at=extended_at)
    if source is None:
        return None
    scope = findings.scope()
    parsed = _parse(source.text, source, findings)
    if parsed.may_be_repaired:
        from cifar_pipe.syntax.repairs.trial import repaired  # noqa: PLC0415 (seldom needed)

        def tried(text: str, columns: Columns) -> Outcome:
            found = Findings()
            return _parse(text, source, found, columns=columns)

        if repair := repaired(source, parsed, tried):
            scope.forget_later()
            repair.report(findings)
            if repair.is_partial:
                return None
            parsed = _parse(repair.text, source, findings, columns=repair.column)
            if not parsed.roots:
                return None
    roots = parsed.roots
    if roots is None:
        return None
    root = roots[0] if roots else ScalarNode(None, Span(source, 1, 1, 1))
    match root:
        case MappingNode():
            return root
        case ScalarNode(is_error=True):
            return None
        case ScalarNode(value=None):
            message = "the file is empty; a pipeline is a mapping"
            help_ = "begin with `version: 1`, or let `cifar-pipe init` write a file"
        case ScalarNode(value=value):
            message = "a pipeline is a mapping of keys, not a single value"
            missing_space = root.plain and isinstance(value, str) and ":" in value
            help_ = "put a space after the colon" if missing_space else "begin with `version: 1`"
        case SequenceNode():
            message = "a pipeline is a mapping of keys, not a list"
            help_ = "begin with `version: 1`"
    findings.add("not-a-mapping", message, root.span, help=help_)
    return None


def read_value(
    text: str, source: Source, findings: Findings, *, column_offset: int = 0
) -> Node | None:
    """The value of an override: any node. `text` is in the source's first line, after
    `column_offset` characters.
    """
    if not is_readable(source, findings):
        return None

    def columns(line: int, column: int) -> int:
        return column + (column_offset if line == 1 else 0)

    roots = _parse(text, source, findings, columns=columns).roots
    if roots == []:
        end = len(source.lines[0]) + 1
        span = Span(source, 1, min(column_offset + 1, end), end)
        findings.add("syntax", "a value is expected here", span)
    return roots[0] if roots else None


def _parse(
    text: str, source: Source, findings: Findings, *, columns: Columns = same_column
) -> Outcome:
    """`columns` gives the columns of the text in the source."""
    tree = Tree(source, findings, columns)
    event = None

    def broken(stop: Span | None, since: int = 1) -> Outcome:
        place = (stop.line, stop.column) if stop else None
        return Outcome(None, _lines_of(findings, source), place, since)

    try:
        for event in yaml.parse(text, Loader=PARSER):  # type: ignore[no-untyped-call,unused-ignore]
            if tree.roots and isinstance(event, yaml.DocumentStartEvent):
                span = tree.span(event.start_mark, event.start_mark)
                span = replace(span, end_column=span.column + len("---"))
                message = "a second document begins here; a pipeline is one document"
                help_ = "delete the line, or put what follows into a file of its own"
                findings.add("syntax", message, span, help=help_)
                return broken(span)
            tree.take(event)
    except TooLargeError as error:
        findings.add("too-large", str(error), error.span)
        return broken(None)
    except yaml.MarkedYAMLError as error:
        from cifar_pipe.syntax import parser_errors  # noqa: PLC0415 (seldom needed)

        stop = parser_errors.report_parser_error(error, source, findings, columns)
        return broken(stop.at, stop.since.line)
    except TooManyFindingsError:
        raise
    except Exception as error:  # noqa: BLE001
        # PyYAML lets ValueError, IndexError, AttributeError and KeyError through on some texts.
        last = tree.span(event.start_mark, event.start_mark) if event else Span(source, 1, 1, 1)
        findings.add("syntax", f"this is not YAML from here on ({type(error).__name__})", last)
        return broken(last)
    errors = [*_lines_of(findings, source), *tree.doubtful]
    match tree.roots:
        case [MappingNode() as root, *_]:
            return Outcome(tree.roots, [*errors, *_lines_of_odd_keys(root)])
        case roots:
            line = roots[0].span.line if roots else 1
            return Outcome(roots, [*errors, line], (line, 1), line)


def _lines_of(findings: Findings, source: Source) -> list[int]:
    return [one.span.line for one in findings.errors if one.span.source is source]


def _lines_of_odd_keys(root: MappingNode) -> list[int]:
    """The lines of keys at the top that are the beginning of something else, most likely."""
    return [item.key_span.line for key, item in root.items.items() if _ODD_KEY.fullmatch(key)]
