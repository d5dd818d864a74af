"""errors.md, made from the table of codes."""

from __future__ import annotations

from cifar_pipe.diagnostics.codes.code import BASE, BASE_NAME
from cifar_pipe.diagnostics.codes.page import page, summaries

_HEAD = f"""\
# What `validate` can find

A finding has a place, a code, a message and usually a help:

```
mine.yaml:27:24: error[shape]: Linear takes in_features 400 here, not 256
```

`cifar-pipe explain shape` shows what this page says of a code; `cifar-pipe validate --format json`
gives the findings [as data](how-to/tools.md). One mistake gives one finding; what
only follows from another mistake is held back until that is fixed.

Where something is right without a line of a file over another, or without an override, the finding
is at that line or override, and the place that it does not fit is shown beside it. A value that
several references lead to is reported once, where it is set.

An error keeps the pipeline from running; a *warning* does not. Warnings are reported for pipelines
without errors; `validate --strict` fails on them too.

Each example below is laid over this pipeline, as `extends: {BASE_NAME}` does it, and gives the
code that it is listed under.

```yaml
{BASE}```
"""


def errors_markdown() -> str:
    """The whole page."""
    rows = [f"| [`{name}`](#{name}) | {summary} |" for name, summary in summaries()]
    sections = [f"## {name}\n\n{page(name)}" for name, _ in summaries()]
    return "\n".join([_HEAD, "| code | meaning |", "|---|---|", *rows, "", *sections])
