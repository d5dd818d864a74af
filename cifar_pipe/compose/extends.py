"""Follows `extends`: each file is laid over all that it extends."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cifar_pipe.compose.merge import Merger, unknown
from cifar_pipe.compose.provenance import Removals, Written
from cifar_pipe.compose.stage_order import place_stages
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.diagnostics.suggest import allowed_are, nearest
from cifar_pipe.syntax.key_recovery import corrected
from cifar_pipe.syntax.limits import LARGEST
from cifar_pipe.syntax.node_edits import ID_MAPS, without, without_path
from cifar_pipe.syntax.nodes import MappingNode, SequenceNode, is_error, reference_in, text_in, walk
from cifar_pipe.syntax.reader import read

_LONGEST_CHAIN = 30


def read_file(path: Path) -> bytes:
    """The file's content, or its beginning where it is larger than any pipeline may be.

    Raises OSError, and ValueError for a path that no file can have.
    """
    if path.exists() and not path.is_file():
        raise IsADirectoryError if path.is_dir() else OSError(0, "not a file")
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


class Files:
    """All files of a pipeline. Each is composed once, however often it is extended.

    What is `left_out` is taken out of the file that it is written in.
    """

    def __init__(
        self, findings: Findings, removals: Removals, left_out: Sequence[Written] = ()
    ) -> None:
        self.read: list[Path] = []
        self._findings = findings
        self._removals = removals
        self._merger = Merger(findings, removals)
        self._left_out = left_out
        self._own: dict[str, MappingNode | None] = {}
        self._composed: dict[tuple[str, bool], MappingNode | None] = {}
        # The files that are being followed, by their real paths.
        self._chain: dict[str, Path] = {}

    @property
    def trees(self) -> tuple[MappingNode, ...]:
        """What each file says by itself."""
        return tuple(own for own in self._own.values() if own is not None)

    def compose(
        self,
        path: Path,
        content: bytes | str,
        *,
        extended_at: Span | None = None,
        pending: bool = False,
    ) -> MappingNode | None:
        """The file laid over all that it extends; `extended_at` is where it is named itself.

        A `pending` one is laid over others of a list: what it removes, and where its stages go, may
        concern stages in those, and waits.
        """
        key = os.path.realpath(path)
        if key not in self._own:
            self.read.append(path)
            self._own[key] = read(content, str(path), self._findings, extended_at=extended_at)
        own = self._own[key]
        if own is None:
            return None
        for one in self._left_out:
            if one.source == own.span.source:
                changed = without_path(own, one.path)
                assert isinstance(changed, MappingNode)
                own = changed
        own = corrected(own, ("extends", *ID_MAPS), "a pipeline", self._findings)
        self._chain[key] = path
        base = self._bases(path, own, pending=pending)
        del self._chain[key]
        merged = self._merger.merge(base, without(own, "extends"), pending=pending)
        return merged if pending else place_stages(merged, self._findings, self._removals)

    def _bases(self, path: Path, own: MappingNode, *, pending: bool) -> MappingNode:
        """All that the file extends, the later over the earlier; unknown where one has a finding."""
        base = MappingNode({}, own.span)
        scope = self._findings.scope()
        names = self._names(own)
        has_errors = scope.has_errors or any(map(is_error, walk(own.get("extends") or base)))
        for index, (name, span) in enumerate(names):
            below = self._base(path.parent / name, span, pending=pending or index > 0)
            has_errors = has_errors or below is None
            if below is not None:
                base = self._merger.merge(base, below, pending=pending)
        return unknown(own.items["extends"].span) if has_errors else base

    def _names(self, own: MappingNode) -> list[tuple[str, Span]]:
        node = own.get("extends") or SequenceNode((), own.span)
        names = []
        for entry in node.items if isinstance(node, SequenceNode) else (node,):
            name = text_in(entry)
            if reference_in(entry):
                message = (
                    "extends takes a file name, not a reference: files are read before references "
                    "are resolved"
                )
                self._findings.add("extends", message, entry.span)
            elif name and "\0" not in name:
                names.append((name, entry.span))
            elif not is_error(entry):
                message = "extends takes a file name, or a list of them"
                self._findings.add("extends", message, entry.span)
        return names

    def _base(self, path: Path, span: Span, *, pending: bool) -> MappingNode | None:
        # Only for people: links are followed when the file is opened.
        shown = Path(os.path.normpath(path))
        key = os.path.realpath(path)
        if key in self._chain:
            cycle = [*list(self._chain.values())[list(self._chain).index(key) :], shown]
            message = f"{shown} extends itself: {' -> '.join(map(str, cycle))}"
            self._findings.add("extends", message, span)
            return None
        if len(self._chain) >= _LONGEST_CHAIN:
            message = f"more than {_LONGEST_CHAIN} files extend each other"
            self._findings.add("extends", message, span)
            return None
        if (key, pending) not in self._composed:
            content, composed = self._content(path, shown, span), None
            if content is not None:
                composed = self.compose(shown, content, extended_at=span, pending=pending)
            self._composed[key, pending] = composed
        return self._composed[key, pending]

    def _content(self, path: Path, shown: Path, span: Span) -> bytes | None:
        help_ = None
        try:
            return read_file(path)
        except FileNotFoundError:
            message, help_ = f"there is no file {shown}", self._nearest(path)
        except IsADirectoryError:
            message = f"{shown} cannot be read: it is a folder"
        except (OSError, ValueError) as error:
            message = f"{shown} cannot be read: {getattr(error, 'strerror', None) or error}"
        self._findings.add("extends", message, span, help=help_)
        return None

    def _nearest(self, path: Path) -> str | None:
        """The nearest file that would not lead back here."""
        try:
            beside = sorted(p for p in path.parent.iterdir() if p.suffix in (".yaml", ".yml"))
        except OSError:
            return f"there is no folder {Path(os.path.normpath(path.parent))}"
        names = {p.stem: p.name for p in beside if os.path.realpath(p) not in self._chain}
        near = nearest(path.stem, names)
        return f"did you mean `{names[near]}`?" if near else allowed_are(names.values())
