"""Writes the files that are made from others, most from the tables; `--check` fails if one is stale.

python docs/generate.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from components_page import components_markdown
from errors_page import errors_markdown
from stages_page import stages_markdown

from cifar_pipe.files import write_text
from cifar_pipe.schema.document import schema_text
from cifar_pipe.schema.findings import findings_schema_text

ROOT = Path(__file__).resolve().parent.parent
NETWORKS = sorted((ROOT / "pipelines/networks").glob("*.yaml"))
FILES: dict[str, Callable[[], str]] = {
    "docs/components.md": components_markdown,
    "docs/errors.md": errors_markdown,
    "docs/stages.md": stages_markdown,
    "schemas/pipeline.schema.json": schema_text,
    "schemas/findings.schema.json": findings_schema_text,
    # The package holds them for `cifar-pipe init`.
    **{
        f"cifar_pipe/templates/{path.name}": partial(path.read_text, encoding="utf-8")
        for path in NETWORKS
    },
}


def stale() -> list[str]:
    """The files that are not what the tables say."""
    return [
        name
        for name, make in FILES.items()
        if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != make()
    ]


def main() -> int:
    names = stale()
    if "--check" in sys.argv[1:]:
        for name in names:
            print(f"{name} is stale: python docs/generate.py", file=sys.stderr)
        return int(bool(names))
    for name in names:
        write_text(ROOT / name, FILES[name]())
        print(f"{name}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
