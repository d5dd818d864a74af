"""Each help that says exactly what to do is done, and the mistake is gone.

For every case of tests/cases and every broken pipeline: what a help says concretely is applied as a
reader would (tests/help_edits/), the pipeline is checked again, and neither is the finding there any
more nor has a new one come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cifar_pipe.checks.check import check
from cifar_pipe.checks.context import CheckOptions
from cifar_pipe.diagnostics.findings import Finding, Findings
from tests import test_broken_pipelines, test_diagnostics
from tests.cases.case import BASE
from tests.help_edits.place import MAIN, Sources
from tests.helps import edits, followed, is_advice, parts

GOLDEN = Path(__file__).parent / "golden"

# The mistake is gone and another shows that the case has beside it, or that the place does not take
# what the help is about: the code of what is found then.
REVEALED = {
    # no layer is a whole network
    "references/reference_to_an_unknown_value_of_the_network": "reference",
    # a name, a number of epochs takes no such text
    "references/dollar_alone": "type",
    "syntax/percent": "value",
    "references/reference_to_the_environment": "value",
    "references/var_inside_a_text": "value",
    "syntax/wrong_escape": "value",
    "syntax/override_with_a_decimal_comma": "type",
    "syntax/tag_that_includes": "type",
    "pasted/python_tag": "type",
    # fewer classes are named than there are
    "settings/class_as_boolean": "classes",
    "settings/classes_as_word": "classes",
    "syntax/list_on_the_line_of_its_key": "classes",
    "settings/wide_characters_before_the_place": "classes",
    "misplaced_keys/classes_in_a_dataset": "classes",
    # something else is missing
    "syntax/base_with_broken_text": "missing-key",
    "components/name_as_a_key": "missing-key",
    "syntax/no_value_in_braces": "component",
    "syntax/utf_16": "missing-key",
    "components/empty_transform": "transform",
    "settings/monitor_misspelt": "monitor",
    "misplaced_keys/monitor_in_a_scheduler": "monitor",
    "pasted/reference_without_its_sign": "reference",
    "syntax/template_braces": "reference",
    # the rest of it is wrong as well
    "syntax/key_that_is_a_list": "unknown-key",
    "syntax/key_that_is_a_number": "unknown-key",
    "syntax/override_with_broken_text": "component",
    "misplaced_keys/one_transform": "transform",
    "checks/static/transforms/reflection_beyond_the_image": "transform",
}


@dataclass(frozen=True)
class Tried:
    """A mistake as its reader has it."""

    name: str
    sources: Sources


def _diagnosed() -> Iterator[Tried]:
    for group, case in test_diagnostics.CASES:
        beside = {name: text.encode() for name, text in case.beside.items()}
        yield Tried(
            f"{group}/{case.name}", Sources({MAIN: case.content, **beside}, tuple(case.overrides))
        )


def _broken() -> Iterator[Tried]:
    """Those that `validate` reports without images on disk."""
    for case in test_broken_pipelines.CASES:
        if case.command == "validate" and "--data" not in case.arguments:
            text = BASE.replace(case.old, case.new, 1) if case.old else BASE
            overrides = tuple(
                one for one in case.arguments if one != "-S" and not one.endswith("=")
            )
            yield Tried(f"commands/{case.name}", Sources({MAIN: text.encode()}, overrides))


TRIED = [*_diagnosed(), *_broken()]


def found_in(sources: Sources, *, shapes: bool) -> list[Finding]:
    for name, content in sources.files.items():
        Path(name).write_bytes(content)
    findings = Findings()
    check(Path(MAIN), sources.overrides, findings, options=CheckOptions(shapes=shapes))
    return findings.all_sorted()


def identity(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.message


@pytest.mark.parametrize("tried", TRIED, ids=lambda tried: tried.name)
def test_what_a_help_says_mends_the_mistake(
    tried: Tried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # Shapes take most of the time: they are followed where nothing is found without them.
    shapes = not (before := found_in(tried.sources, shapes=False))
    before = before or found_in(tried.sources, shapes=True)
    known = [identity(one) for one in before]
    revealed = set()
    for finding in before:
        for part, results in followed(tried.sources, finding):
            for result in results:
                after = found_in(result, shapes=shapes)
                left = [identity(one) for one in after]
                assert left.count(identity(finding)) < known.count(identity(finding)), part
                # Warnings are held back until there are no errors.
                new = [
                    one
                    for one in after
                    if identity(one) not in known and (finding.is_warning or not one.is_warning)
                ]
                codes = {one.code for one in new}
                revealed |= codes
                assert codes <= {REVEALED.get(tried.name)}, (part, [one.message for one in new])
    assert tried.name not in REVEALED or revealed == {REVEALED[tried.name]}, "nothing is revealed"


def _helps() -> Iterator[str]:
    for path in sorted(GOLDEN.rglob("*.txt")):
        yield from re.findall(r"^ *= help: (.*)$", path.read_text(), flags=re.MULTILINE)


HELPS = [*_helps()]
# Of a command line, and of images on disk: nothing of it is in a pipeline's text.
OF_COMMANDS = (
    r"write -S .*",
    r"--seeds .*",
    r"choose another place with --run-dir",
    r"(?:repair the file|take it out of the folder|remove the folder if it is not a class)",
    r"(?:repair such files|take them out of the folder)",
    r"images end in one of .*",
    r"every split needs the same class folders",
    r"ImageFolder takes root/train/CLASS/image.jpg .*",
    r"root/CLASS/image.jpg with test_split: 0.2",
)


@pytest.mark.parametrize("help_", sorted({*HELPS}))
def test_every_help_is_concrete_or_advice(help_: str) -> None:
    """A new wording needs a row in tests/helps.py."""
    for part in parts(help_):
        of_commands = any(re.fullmatch(pattern, part) for pattern in OF_COMMANDS)
        kinds = [bool([*edits(part)]), is_advice(part), of_commands]
        assert kinds.count(True) == 1, f"{part!r} is not known, or not one of these alone"


def test_most_helps_say_exactly_what_to_do() -> None:
    concrete = [help_ for help_ in HELPS if any([*edits(part)] for part in map(str, parts(help_)))]
    assert len(concrete) > len(HELPS) / 2


def test_what_is_revealed_is_of_a_case() -> None:
    names = {tried.name for tried in TRIED}
    assert {*REVEALED} <= names
