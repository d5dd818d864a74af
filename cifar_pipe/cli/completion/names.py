"""What a shell completes of what this program knows: components, stages, codes of findings."""

from __future__ import annotations

import typer


def components(ctx: typer.Context, incomplete: str) -> list[str]:
    """Kinds and stages first, then the names of the kind that is given."""
    from cifar_pipe.catalog.core.entry import KINDS
    from cifar_pipe.catalog.core.lookup import names_of
    from cifar_pipe.manual.sections import STAGE
    from cifar_pipe.stages.registry import STAGES

    words = [*(ctx.params.get("words") or ()), *ctx.args]
    chosen = [kind for kind in KINDS if kind in words]
    if chosen:
        names = [name for kind in chosen for name in names_of(kind)]
    elif STAGE in words:
        names = [*STAGES]
    else:
        names = [*KINDS, STAGE, *STAGES, *(name for kind in KINDS for name in names_of(kind))]
    return [name for name in dict.fromkeys(names) if name.startswith(incomplete)]


def codes(incomplete: str) -> list[str]:
    from cifar_pipe.diagnostics.codes.page import summaries

    return [name for name, _ in summaries() if name.startswith(incomplete)]
