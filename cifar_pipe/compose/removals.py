"""What a file or an override takes out of the pipeline, so that findings can say where."""

from __future__ import annotations

from dataclasses import dataclass, field

from cifar_pipe.diagnostics.spans import Span


@dataclass(frozen=True, slots=True)
class Removals:
    """Stages, variables and blocks that null has removed: by map and name."""

    spans: dict[tuple[str, str], Span] = field(default_factory=dict)

    def add(self, map_name: str, name: str, span: Span) -> None:
        self.spans[map_name, name] = span

    def related(self, map_name: str, name: str) -> list[tuple[Span, str]]:
        """Where the entry was removed, as the second place of a finding; empty where it was not."""
        span = self.spans.get((map_name, name))
        return [(span, f"{name} is removed here")] if span else []
