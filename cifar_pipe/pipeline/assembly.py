"""A pipeline from its text to typed, wired stages: all that needs no torch."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

from cifar_pipe.compose.compose import Composition, compose
from cifar_pipe.compose.extends import read_file
from cifar_pipe.compose.overrides import written
from cifar_pipe.compose.provenance import Written
from cifar_pipe.decode.site import Site, words_of
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.suggest import nearest
from cifar_pipe.errors import UnreadableFile
from cifar_pipe.frozen import frozen
from cifar_pipe.pipeline.data_references import (
    FactsByStage,
    data_references,
    report_without_source,
    with_data,
)
from cifar_pipe.pipeline.document import COMPOSITION_KEYS, TOP_LEVEL, Document
from cifar_pipe.pipeline.misplaced_keys import MisplacedKeys
from cifar_pipe.pipeline.model_references import model_references, with_model
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.pipeline.stages import typed_document, typed_stage, typed_stages
from cifar_pipe.pipeline.wiring import wire
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.syntax.limits import LARGEST
from cifar_pipe.syntax.node_edits import without
from cifar_pipe.syntax.nodes import Item, MappingNode


class Assembly:
    """Text, composition and types are read once; stages with `$data` wait for its value."""

    def __init__(
        self,
        path: Path,
        composition: Composition,
        findings: Findings,
        overrides: Sequence[str] = (),
    ) -> None:
        self._path = path
        self._composition = composition
        self._overrides = overrides
        self._findings = findings
        self._root = with_model(composition.root, findings)
        self._keys = MisplacedKeys(self._root)
        self._document = typed_document(self._root, findings, self._keys)
        self._declared = typed_stages(self._root, findings, self._keys)
        self._keys.settle()
        self._wired: tuple[Stage, ...] | None = None

    def data_stages(self) -> Iterator[tuple[Stage, LoadData]]:
        """The stages that load data, as far as they could be typed."""
        for one in self._declared:
            if one.typed and one.stage and isinstance(one.stage.spec, LoadData):
                yield one.stage, one.stage.spec

    def written(self) -> list[Written]:
        """All that the pipeline is made of: each override, and each file as a whole."""
        trees = [Written(tree.span, (), tree) for tree in self._composition.trees]
        return [*written(self._overrides), *trees]

    def without(self, left_out: Sequence[Written], findings: Findings) -> Assembly | None:
        """The same pipeline as if some of it were not written; None where it cannot be read."""
        content = self._composition.written
        found = compose(
            self._path, content, self._overrides, findings, advise=_advise, left_out=left_out
        )
        return None if found is None else Assembly(self._path, found, findings, self._overrides)

    def pipeline(self, facts: FactsByStage, *, report_unknown: bool = True) -> Pipeline:
        """The pipeline as far as these facts of its data determine it; more facts, more of it.

        With findings it holds the stages that could be typed all the same; so it does where a
        `$data` reference is not known, which is reported unless `report_unknown` is false.
        """
        findings, resolved = self._findings, self._root
        if data_references(resolved):
            scope, known = findings.scope(), len(findings.not_known)
            resolved = with_data(resolved, self._declared, facts, findings)
            if scope.has_errors or not report_unknown:
                # What is not known may only follow from what was found.
                del findings.not_known[known:]
            self._type_waiting(resolved)
        if self._wired is None:
            self._wired = wire(self._declared, findings, self._composition.removed)
        self._root = resolved
        waits = bool(data_references(resolved) or model_references(resolved))
        if waits and not findings and not findings.not_known:
            report_without_source(resolved, findings)
        document = self._document or Document(version=1)
        written = self._composition.written
        return Pipeline(self._path, written, resolved, document, self._wired, waits)

    def _type_waiting(self, resolved: MappingNode) -> None:
        """Types again only the stages in which a reference has become a value."""
        stages = resolved.get("stages")
        for index, one in enumerate(self._declared):
            if one.stage is None or not isinstance(stages, MappingNode):
                continue
            item = stages.items[one.id]
            if len(data_references(item.value)) < len(data_references(one.stage.node)):
                self._declared[index] = typed_stage(item, self._findings, self._keys)
                self._wired = None
        if data_references(without(self._root, "stages", *COMPOSITION_KEYS)):
            self._document = typed_document(resolved, self._findings, self._keys)
        self._keys.settle()


STANDARD_INPUT = Path("-")
"""The path that stands for standard input, whose findings are named after STDIN."""
STDIN = Path("<stdin>")


@frozen
class PipelineText:
    """A pipeline that is in no file; its findings are named after `path`."""

    content: str
    path: Path = Path("<pipeline>")


def assemble(
    path: Path | PipelineText, overrides: Sequence[str], findings: Findings
) -> Assembly | None:
    """The pipeline's parts, or None where its text cannot be read; raises UsageError for no text.

    What STANDARD_INPUT or a text extends is relative to the current directory.
    """
    if isinstance(path, PipelineText):
        content: bytes | str = path.content
        shown = path.path
    else:
        content = read_pipeline(path)
        shown = STDIN if path == STANDARD_INPUT else path
    composition = compose(shown, content, overrides, findings, advise=_advise)
    return None if composition is None else Assembly(shown, composition, findings, overrides)


def _advise(root: MappingNode, item: Item) -> dict[str, Any]:
    return words_of(MisplacedKeys(root).advise(item, Site(), TOP_LEVEL))


@lru_cache(maxsize=1)
def _all_of(stream: TextIO) -> bytes:
    """Once: the folds of one pipeline are read one after the other."""
    return stream.buffer.read(LARGEST + 1)


def read_pipeline(path: Path) -> bytes:
    """The file's content. Raises UnreadableFile where it cannot be read."""
    try:
        return _all_of(sys.stdin) if path == STANDARD_INPUT else read_file(path)
    except IsADirectoryError:
        message = f"{path} is a folder, not a pipeline file"
        init = f"for a folder of images: cifar-pipe init --images {shlex.quote(str(path))}"
        raise UnreadableFile(str(path), message, help=init) from None
    except (OSError, ValueError) as error:
        names = sorted(p.name for p in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
        # By what is before the dot: all have the end in common.
        stems = {Path(name).stem: name for name in reversed(names)}
        help_ = f"in {path.parent} there are {', '.join(names[:8])}" if names else ()
        if near := nearest(path.stem, stems):
            help_ = f"did you mean `{path.with_name(stems[near])}`?"
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(str(path), f"cannot read {path}: {reason}", help=help_) from None
