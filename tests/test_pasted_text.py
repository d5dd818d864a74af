"""What comes with pasted text is reported once, at its line, in every shipped pipeline."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.checks.check import check
from cifar_pipe.checks.context import CheckOptions
from cifar_pipe.diagnostics.findings import Findings

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted([*ROOT.glob("pipelines/*.yaml"), *ROOT.glob("examples/*.yaml")])
EACH = 2
"""Lines that each mistake is made in, of each pipeline."""

Lines = list[str]


def _changed(pattern: str, replaced: str) -> Callable[[str], str | None]:
    def change(line: str) -> str | None:
        new = re.sub(pattern, replaced, line, count=1)
        return new if new != line else None

    return change


KEY = r"^(\s*)([a-z_]+): (?=[^|>\s&])"
# What a line becomes, for those that it can be made in; the mistake is in that line.
IN_A_LINE = {
    "wide colon": _changed(KEY, "\\1\\2\uff1a"),
    "no-break space after the colon": _changed(KEY, "\\1\\2:\u00a0"),
    "zero-width space after the colon": _changed(KEY, "\\1\\2:\u200b "),
    "no-break spaces that indent": _changed(r"^    (?=[a-z_]+: )", "\u00a0" * 4),
    "ideographic spaces that indent": _changed(r"^    (?=[a-z_]+: )", "\u3000" * 2),
    "bullet": _changed(r"^(\s+)- ", "\\1\u2022 "),
    "dash": _changed(r"^(\s+)- ", "\\1\u2013 "),
    "equals sign": _changed(KEY, r"\1\2 = "),
    "arrow": _changed(KEY, r"\1\2 -> "),
    "added line": _changed(r"^(?=    )", "+"),
    "wide comma": _changed(r"(\{type: \w+), ", "\\1\uff0c "),
    "wide braces": _changed(r"\{(type: [^{}]+)\}$", "\uff5b\\1\uff5d"),
    "brace that is not closed": _changed(r"(\{type: .*)\}$", r"\1"),
    "brace that closes nothing": _changed(r"(\{type: .*\})$", r"\1}"),
    "semicolon": _changed(r"(\{type: \w+), (?=\w+: )", r"\1; "),
    "comma at the end": _changed(r"(\{type: .*\})$", r"\1,"),
    "equals sign in braces": _changed(r"(, )([a-z_]+): ([\w.]+)(?=[,}])", r"\1\2=\3"),
    "call": _changed(r"\{type: (\w+), (\w+): ([\d.]+)\}$", r"nn.\1(\2=\3)"),
    "call without arguments": _changed(r"^(\s+- )([A-Z]\w+)$", r"\1nn.\2()"),
}
# A line of its own above another one.
OF_ITS_OWN = {
    "import": "import torch",
    "prompt": "$ cat pipeline.yaml",
    "notebook": "%%writefile pipeline.yaml",
    "fence": "```yaml",
    "conflict": "<<<<<<< HEAD",
    "sentence": "Here is the rest of the file",
    "html": "<pre><code>",
}


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """A file beside a copy of the pipeline, and of all that it may extend."""
    root = tmp_path_factory.mktemp("shipped")
    for name in ("pipelines", "examples"):
        shutil.copytree(ROOT / name, root / name)
    return lambda path: root / path.parent.name / "mutant.yaml"


Beside = Callable[[Path], Path]


def reported_elsewhere(lines: Lines, index: int, file: Path) -> list[str]:
    """What is reported, where it is not one error at the line of the index."""
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    findings = Findings()
    check(file, [], findings, options=CheckOptions(shapes=False))
    places = [(one.span.line, one.message) for one in findings.sorted()]
    is_right = len(places) == 1 and places[0][0] == index + 1
    return [] if is_right else [f"{index + 1} `{lines[index]}`: {places[:3]}"]


def text_lines(path: Path) -> Lines:
    """The lines, comments left out."""
    return [
        line.split("  #")[0].rstrip()
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.lstrip().startswith("#")
    ]


@pytest.mark.parametrize("name", IN_A_LINE)
def test_a_mistake_in_a_line_is_reported_there(name: str, beside: Beside) -> None:
    wrong, made = [], 0
    for path in FILES:
        lines, change = text_lines(path), IN_A_LINE[name]
        possible = {n: new for n, line in enumerate(lines) if (new := change(line)) is not None}
        chance = random.Random(f"{name}/{path.name}")
        for index in chance.sample(list(possible), min(EACH, len(possible))):
            made += 1
            mistaken = [*lines[:index], possible[index], *lines[index + 1 :]]
            found = reported_elsewhere(mistaken, index, beside(path))
            wrong += [f"{path.name} {one}" for one in found]
    assert wrong == []
    assert made >= EACH


@pytest.mark.parametrize("name", OF_ITS_OWN)
def test_a_foreign_line_is_reported_there(name: str, beside: Beside) -> None:
    wrong = []
    for path in FILES:
        lines = text_lines(path)
        keys = [n for n, line in enumerate(lines) if re.match(r"\s*[a-z_]+:", line)]
        index = random.Random(f"{name}/{path.name}").choice(keys)
        for at in (index, 0, len(lines)):
            mistaken = [*lines[:at], OF_ITS_OWN[name], *lines[at:]]
            found = reported_elsewhere(mistaken, at, beside(path))
            wrong += [f"{path.name} {one}" for one in found]
    assert wrong == []
