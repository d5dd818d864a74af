"""A pipeline from its files and overrides: extends, overrides, references, blocks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cifar_pipe.compose import overrides as override
from cifar_pipe.compose.blocks import expand_blocks
from cifar_pipe.compose.extends import Files
from cifar_pipe.compose.provenance import Removals, Written
from cifar_pipe.compose.references import resolve_vars
from cifar_pipe.compose.stage_order import place_stages
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.nodes import MappingNode


class Composition(NamedTuple):
    """`root` has everything in its place but references to the data.

    Each node's span says which file or override it came from. `files` are all that were read, the
    pipeline's own first; `written` is its text. `removed` is what they took out again; `trees` are
    the files as each is written.
    """

    root: MappingNode
    written: str
    files: tuple[Path, ...]
    removed: Removals
    trees: tuple[MappingNode, ...]


def compose(
    path: Path,
    content: bytes | str,
    overrides: Sequence[str],
    findings: Findings,
    *,
    advise: override.Advise = lambda _, __: {},
    left_out: Sequence[Written] = (),
) -> Composition | None:
    """The pipeline whose file at `path` has this content, or None where a file cannot be read.

    `advise` knows where a key belongs that an override sets and the pipeline does not take. What is
    `left_out` is taken as not written. Findings name the files as `path` does. Raises UsageError for
    an override without a value.
    """
    for text in overrides:
        override.parse(text)
    dropped = {one.source.override for one in left_out}
    overrides = [text for number, text in enumerate(overrides, 1) if number not in dropped]
    removed = Removals()
    files = Files(findings, removed, left_out)
    root = files.compose(path, content)
    if root is None:
        return None
    root = override.apply(root, overrides, findings, removed, advise)
    root = place_stages(root, findings, removed)
    root = resolve_vars(root, findings, removed)
    root = expand_blocks(root, findings, removed)
    written = content if isinstance(content, str) else content.decode("utf-8-sig")
    return Composition(root, written, tuple(files.read), removed, files.trees)
