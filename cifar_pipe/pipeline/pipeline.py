"""A pipeline as the checks and the runner see it: typed, wired, with positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from cifar_pipe.diagnostics.spans import Span
from cifar_pipe.frozen import frozen
from cifar_pipe.pipeline.document import Document
from cifar_pipe.stages.spec import Output, StageSpec, StageType
from cifar_pipe.syntax.nodes import MappingNode, Node, locate


@frozen
class Stage:
    """`inputs` has, for each output that the stage takes, the id of the stage that it comes from."""

    id: str
    type: StageType
    spec: StageSpec
    node: Node = field(repr=False)
    id_span: Span = field(repr=False)
    inputs: Mapping[Output, str] = field(default_factory=dict)

    def locate(self, *path: str | int) -> Span:
        """The words that `path` leads to below the stage; the stage's id where it is not written."""
        return locate(self.node, path, self.id_span)


@frozen
class Declared:
    """A stage as declared.

    `gives` are its outputs, so that its own mistakes are not reported again as missing outputs.
    `stage` is None where its type is not known. Where `typed` is false, it has findings of its own
    or waits for the data: its settings are unchecked, and only used for its wiring.
    """

    id: str
    id_span: Span = field(repr=False)
    gives: frozenset[Output]
    stage: Stage | None
    typed: bool = False


@frozen
class Pipeline:
    """`waits` is true where stages are left out for a `$data` reference that only the disk can resolve."""

    path: Path
    written: str
    root: MappingNode = field(repr=False)
    document: Document
    stages: tuple[Stage, ...]
    waits: bool = False

    @property
    def name(self) -> str:
        # Of <stdin> what is between its marks: it is the name of a folder, too.
        return self.document.name or self.path.stem.strip("<>")

    def find(self, stage_id: str | None) -> Stage | None:
        """The stage, or None where it has findings of its own."""
        return next((stage for stage in self.stages if stage.id == stage_id), None)

    def stage(self, stage_id: str) -> Stage:
        return next(stage for stage in self.stages if stage.id == stage_id)
