"""errors.md, made from the table of codes."""

from __future__ import annotations

import re

from cifar_pipe.diagnostics.codes.code import BASE, BASE_NAME, Code
from cifar_pipe.diagnostics.codes.table import CODES

_HEAD = f"""\
# What `validate` can find

A finding has a place, a code, a message and usually a help:

```
mine.yaml:27:24: error[shape]: Linear takes in_features 400 here, not 256
```

`cifar-pipe validate --format json` gives the same as data. One mistake gives one finding; what
only follows from another mistake is held back until that is fixed. Where the words that caused it
are in another file, or in an override, the finding points there and says how they got here.

An error keeps the pipeline from running; a *warning* does not. Warnings are reported for pipelines
without errors; `validate --strict` fails on them too.

Each example below is laid over this pipeline, as `extends: {BASE_NAME}` does it, and gives the
code that it is listed under.

```yaml
{BASE}```
"""


def errors_markdown() -> str:
    """The whole page."""
    rows = [
        f"| [`{name}`](#{name}) | {'warning: ' if code.warning else ''}{code.summary} |"
        for name, code in CODES.items()
    ]
    sections = [_section(name, code) for name, code in CODES.items()]
    return "\n".join([_HEAD, "| code | meaning |", "|---|---|", *rows, "", *sections])


def _section(name: str, code: Code) -> str:
    options = "".join(f"\nwith `-S {text}`\n" for text in code.overrides)
    options += f"\nwith `--memory {code.memory}`\n" if code.memory else ""
    remark = "\n(with an older PyTorch)\n" if code.other_torch else ""
    files = ", ".join(f"`{path}`" for path in code.images)
    remark += f"\nwith `--data` and the images {files}\n" if files else ""
    example = re.sub(r"[^\n -~]", lambda character: f"<U+{ord(character[0]):04X}>", code.example)
    return (
        f"## {name}\n\n{'*Warning.* ' if code.warning else ''}"
        f"{code.summary[0].upper()}{code.summary[1:]}. {code.cause}\n\n"
        f"```yaml\n{example}```\n{options}{remark}\n{code.fix}\n"
    )
