"""A pipeline from its files and overrides: extends, overrides, references, blocks."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cifar_pipe.compose import overrides as override
from cifar_pipe.compose.blocks import expand_blocks
from cifar_pipe.compose.merge import merge, not_known, nothing
from cifar_pipe.compose.references import resolve_vars
from cifar_pipe.compose.stage_order import place_stages
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import allowed_are, nearest
from cifar_pipe.syntax.key_recovery import corrected
from cifar_pipe.syntax.limits import LARGEST
from cifar_pipe.syntax.node_edits import ID_MAPS, without
from cifar_pipe.syntax.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    is_error,
    reference_in,
    walk,
)
from cifar_pipe.syntax.reader import read

ReadFile = Callable[[Path], bytes]
"""Raises OSError or ValueError where the file cannot be read."""

_LONGEST_CHAIN = 30


@dataclass(frozen=True, slots=True)
class Composition:
    """`root` has everything in its place but references to the data.

    Each node's span tells the file or override that it came from. `files` are all that were
    read, the pipeline's own first; `written` is its text.
    """

    root: MappingNode
    written: str
    files: tuple[Path, ...]


def read_file(path: Path) -> bytes:
    """The file's content, or its beginning where it is larger than any pipeline may be."""
    if path.exists() and not path.is_file():
        raise IsADirectoryError if path.is_dir() else OSError(0, "not a file")
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def compose(
    path: Path,
    content: bytes | str,
    overrides: Sequence[str],
    findings: Findings,
    *,
    read_file: ReadFile = read_file,
) -> Composition | None:
    """The pipeline whose file at `path` has this content, or None where a file cannot be read.

    Findings name the files as `path` does. Raises UsageError for an override without a value.
    """
    override.check_usage(overrides)
    files = _Files(findings, read_file)
    root = files.compose(path, content)
    if root is None:
        return None
    root = override.apply(root, overrides, findings)
    root = resolve_vars(place_stages(root, findings), findings)
    root = expand_blocks(root, findings)
    written = content if isinstance(content, str) else content.decode("utf-8-sig")
    return Composition(root, written, tuple(files.read))


class _Files:
    """Follows `extends`. Every file is composed once, however often it is extended."""

    def __init__(self, findings: Findings, read_file: ReadFile) -> None:
        self.read: list[Path] = []
        self._findings = findings
        self._read_file = read_file
        self._own: dict[str, MappingNode | None] = {}
        self._composed: dict[tuple[str, bool], MappingNode | None] = {}
        self._way: dict[str, Path] = {}

    def compose(
        self,
        path: Path,
        content: bytes | str,
        *,
        extended_at: Span | None = None,
        pending: bool = False,
    ) -> MappingNode | None:
        """The file laid over all that it extends; `extended_at` is where it is named itself.

        A `pending` one is laid over others of a list: what it removes, and where its stages stand,
        may be told of stages in those, and waits.
        """
        key = os.path.realpath(path)
        if key not in self._own:
            self.read.append(path)
            self._own[key] = read(content, str(path), self._findings, extended_at=extended_at)
        own = self._own[key]
        if own is None:
            return None
        own = corrected(own, ("extends", *ID_MAPS), "a pipeline", self._findings)
        self._way[key] = path
        base = self._bases(path, own, pending=pending)
        del self._way[key]
        merged = merge(base, without(own, "extends"), self._findings, pending=pending)
        return merged if pending else place_stages(merged, self._findings)

    def _bases(self, path: Path, own: MappingNode, *, pending: bool) -> MappingNode:
        """All that the file extends, the later over the earlier; not known where one has a finding."""
        base = nothing(own.span)
        scope = self._findings.scope()
        names = self._names(own)
        told = any(map(is_error, walk(own.get("extends") or base)))
        whole = not scope.has_errors and not told
        for at, (name, span) in enumerate(names):
            waits = pending or at > 0
            below = self._base(path.parent / name, span, pending=waits)
            whole = whole and below is not None
            if below is not None:
                base = merge(base, below, self._findings, pending=pending)
        return base if whole else not_known(own.items["extends"].span)

    def _names(self, own: MappingNode) -> list[tuple[str, Span]]:
        node = own.get("extends")
        nodes: Sequence[Node] = ()
        if node is not None:
            nodes = node.items if isinstance(node, SequenceNode) else (node,)
        names = []
        for entry in nodes:
            if is_error(entry):
                continue
            name = entry.value if isinstance(entry, ScalarNode) else None
            named = isinstance(name, str) and name and "\0" not in name
            if isinstance(name, str) and named and not reference_in(entry):
                names.append((name, entry.span))
                continue
            what = (
                ", and no reference: files are read before references are resolved"
                if reference_in(entry)
                else ", or a list of them"
            )
            self._findings.add("extends", f"extends takes a file name{what}", entry.span)
        return names

    def _base(self, path: Path, span: Span, *, pending: bool) -> MappingNode | None:
        # Only for people: links are followed when the file is opened.
        shown = Path(os.path.normpath(path))
        key = os.path.realpath(path)
        if key in self._way:
            way = [*list(self._way.values())[list(self._way).index(key) :], shown]
            names = " -> ".join(str(step) for step in way)
            self._findings.add("extends", f"{shown} extends itself: {names}", span)
            return None
        if len(self._way) >= _LONGEST_CHAIN:
            message = f"more than {_LONGEST_CHAIN} files extend each other"
            self._findings.add("extends", message, span)
            return None
        if (key, pending) not in self._composed:
            content = self._content(path, shown, span)
            self._composed[key, pending] = (
                None
                if content is None
                else self.compose(shown, content, extended_at=span, pending=pending)
            )
        return self._composed[key, pending]

    def _content(self, path: Path, shown: Path, span: Span) -> bytes | None:
        try:
            return self._read_file(path)
        except FileNotFoundError:
            message = f"there is no file {shown}"
            self._findings.add("extends", message, span, help=self._nearest(path))
        except (OSError, ValueError) as error:
            reason = "it is a folder" if isinstance(error, IsADirectoryError) else _reason(error)
            self._findings.add("extends", f"{shown} cannot be read: {reason}", span)
        return None

    def _nearest(self, path: Path) -> str | None:
        """Which file was meant: not one that would lead back here."""
        try:
            beside = sorted(p for p in path.parent.iterdir() if p.suffix in (".yaml", ".yml"))
        except OSError:
            return f"there is no folder {Path(os.path.normpath(path.parent))}"
        names = {p.stem: p.name for p in beside if os.path.realpath(p) not in self._way}
        near = nearest(path.stem, names)
        return f"did you mean `{names[near]}`?" if near else allowed_are(names.values())


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
