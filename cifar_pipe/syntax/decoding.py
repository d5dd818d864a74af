"""The characters of a document: UTF-8, and nothing that YAML does not allow."""

from __future__ import annotations

import re
import unicodedata

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.syntax.limits import LARGEST

_MARKS = {
    "UTF-32": (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"),
    "UTF-16": (b"\xff\xfe", b"\xfe\xff"),
}
# What YAML 1.2 does not allow (5.1, c-printable), and a byte order mark within the text. Written as
# what it is and not as what it is not, it compiles in a tenth of the time.
_NOT_ALLOWED = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
)
_CONTROL_NAMES = {"\0": "NUL", "\x08": "backspace", "\x1b": "escape", "\x7f": "delete"}


def to_source(
    content: bytes | str, name: str, findings: Findings, *, extended_at: Span | None = None
) -> Source | None:
    """Decodes the content, or reports why it cannot be read.

    A byte order mark is dropped. Findings: `too-large`, `encoding`.
    """
    if len(content) > LARGEST:
        message = f"the file has more than {LARGEST // 2**20} MiB"
        help_ = "a pipeline is a few kilobytes: is this the right file?"
        findings.add("too-large", message, Span(Source.of(name, ""), 1, 1, 1), help=help_)
        return None
    text = _decoded(content, name, findings) if isinstance(content, bytes) else content
    if text is None:
        return None
    source = Source.of(name, text.removeprefix("\ufeff"), extended_at=extended_at)
    return source if is_readable(source, findings) else None


def is_readable(source: Source, findings: Findings) -> bool:
    """Whether YAML allows all characters; the first that it does not allow is reported."""
    wrong = _NOT_ALLOWED.search(source.text)
    if wrong is None:
        return True
    message = f"the character {_describe(wrong[0])} is not allowed in YAML"
    help_ = "delete it, or write it as an escape in double quotes"
    findings.add("encoding", message, span_of(source, wrong.start()), help=help_)
    return False


def span_of(source: Source, index: int) -> Span:
    lines = source.text[:index].splitlines(keepends=True)
    if not lines or lines[-1].splitlines() != [lines[-1]]:
        lines.append("")
    column = len(lines[-1]) + 1
    return Span(source, len(lines), column, column + 1)


def _decoded(content: bytes, name: str, findings: Findings) -> str | None:
    encoding = next((one for one, marks in _MARKS.items() if content.startswith(marks)), None)
    if encoding is not None:
        span, message = Span(Source.of(name, ""), 1, 1, 2), f"the file is {encoding}, not UTF-8"
    else:
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            before = content[: error.start].decode().removeprefix("\ufeff")
            source = Source.of(name, content.decode(errors="replace").removeprefix("\ufeff"))
            span = span_of(source, len(before))
            message = f"the byte 0x{content[error.start]:02x} is not UTF-8 text"
    findings.add("encoding", message, span, help="save the file with the encoding UTF-8")
    return None


def _describe(character: str) -> str:
    name = _CONTROL_NAMES.get(character) or unicodedata.name(character, "")
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")
