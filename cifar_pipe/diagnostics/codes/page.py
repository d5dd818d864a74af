"""The page of each code: docs/errors.md is made of them, and `cifar-pipe explain` shows one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cifar_pipe.diagnostics.codes.code import Code
from cifar_pipe.diagnostics.codes.table import CODES

NOT_KNOWN = "not-known"
"""What stands instead of a code where a check could not be made."""

_NOT_KNOWN_SUMMARY = "a check that could not be made, and what it would need"
_NOT_KNOWN_TEXT = (
    "What only the disk can tell, as the classes of a folder or the size of its images, is not known "
    "before it is read. It is no finding, and the pipeline may be right: the exit status is that of "
    "the findings.\n\n"
    "Give what the line names: `--data` reads the data on disk, `input_shape:` and `classes:` in the "
    "pipeline say it without.\n"
)


def summaries() -> Iterator[tuple[str, str]]:
    """Each code, and what it is in some words."""
    for name, code in CODES.items():
        yield name, f"{'warning: ' if code.warning else ''}{code.summary}"
    yield NOT_KNOWN, _NOT_KNOWN_SUMMARY


def page(name: str) -> str:
    """The text below the code's heading, as Markdown; raises KeyError for another name."""
    if name == NOT_KNOWN:
        return f"{_sentence(_NOT_KNOWN_SUMMARY)} {_NOT_KNOWN_TEXT}"
    code = CODES[name]
    lead = f"{'*Warning.* ' if code.warning else ''}{_sentence(code.summary)} {code.cause}"
    return f"{lead}\n\n{_example(code)}{code.fix}\n"


def _sentence(summary: str) -> str:
    return f"{summary[0].upper()}{summary[1:]}."


def _example(code: Code) -> str:
    if not code.example:
        return ""
    options = "".join(f"\nwith `-S {text}`\n" for text in code.overrides)
    options += f"\nwith `--memory {code.memory}`\n" if code.memory else ""
    remark = "\n(with an older PyTorch)\n" if code.other_torch else ""
    images = ", ".join(f"`{path}`" for path in code.images)
    remark += f"\nwith `--data` and the images {images}\n" if images else ""
    remark += "".join(f"\nand `{path}`:\n\n```\n{text}```\n" for path, text in code.texts.items())
    example = re.sub(r"[^\n -~]", lambda character: f"<U+{ord(character[0]):04X}>", code.example)
    return f"```yaml\n{example}```\n{options}{remark}\n"
