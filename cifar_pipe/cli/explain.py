"""cifar-pipe explain: what a finding's code means, and what to do."""

from __future__ import annotations

import re
import shutil
from textwrap import fill
from typing import Annotated

import typer

from cifar_pipe.cli.completion import names
from cifar_pipe.cli.terminal import echo, echo_text


def command(
    code: Annotated[
        str | None,
        typer.Argument(
            help="A code, as in error[shape]; without one, all of them.",
            autocompletion=names.codes,
        ),
    ] = None,
) -> None:
    """Explains a finding's code: its cause, an example, and what to do."""
    from cifar_pipe.diagnostics.codes.code import BASE, BASE_NAME
    from cifar_pipe.diagnostics.codes.page import page, summaries
    from cifar_pipe.diagnostics.codes.table import CODES
    from cifar_pipe.diagnostics.suggest import meant
    from cifar_pipe.errors import UsageError

    names = dict(summaries())
    width = min(shutil.get_terminal_size((80, 24)).columns, 100)
    if code is None:
        left = max(map(len, names)) + 2
        for name, summary in names.items():
            filled = fill(f"{name:{left}}{summary}", width, subsequent_indent=" " * left)
            echo_text(f"{filled}\n")
        echo("", "`cifar-pipe explain CODE` explains one.")
        return
    name = _bare(code)
    if name not in names:
        all_ = "`cifar-pipe explain` lists the codes"
        raise UsageError(f"there is no code `{code}`", help=meant(name, names) or all_)
    echo_text(f"{name}\n\n{_wrapped(page(name), width)}")
    if name in CODES and "extends:" not in CODES[name].example and CODES[name].example:
        echo_text(f"\nThe example is laid over this {BASE_NAME}:\n\n```yaml\n{BASE}```\n")


def _bare(code: str) -> str:
    """`shape` of what messages show: `error[shape]`."""
    inside = re.fullmatch(r"\w*\[(.+)\]:?", code.strip())
    return (inside[1] if inside else code).strip().lower()


def _wrapped(text: str, width: int) -> str:
    """The paragraphs at this width; code as it is."""
    parts = re.split(r"(^```.*?^```\n)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if part.startswith("```") else _paragraphs(part, width) for part in parts)


def _paragraphs(text: str, width: int) -> str:
    return "".join(fill(line, width) + "\n" for line in text.splitlines())
