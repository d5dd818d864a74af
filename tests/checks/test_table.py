"""Every rule is in the table once, and reports what it says that it reports."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

import cifar_pipe
from cifar_pipe.checks import table
from cifar_pipe.diagnostics.codes.table import CODES

PACKAGE = Path(cifar_pipe.__file__).parent
FILES = {
    ".".join(("cifar_pipe", *path.relative_to(PACKAGE).with_suffix("").parts)): path
    for pattern in ("static/**/*.py", "torch/*.py")
    for path in sorted((PACKAGE / "checks").glob(pattern))
    if path.stem != "__init__"
}
ROWS = [*table.STATIC, *table.TORCH, *table.LAST]
# Of the parts below the rules: what is not a pipeline's text, and what a pipeline's parts are.
PARTS = ("syntax", "compose", "decode", "pipeline", "catalog", "model", "training")


def codes_in(path: Path) -> set[str]:
    words = (
        one.value for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Constant)
    )
    return {word for word in words if isinstance(word, str) and word in CODES}


def test_each_file_of_rules_is_in_the_table_once() -> None:
    assert sorted(ROWS) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_rule_says_its_codes_and_whether_it_needs_torch(name: str) -> None:
    rule = import_module(name)
    assert rule.__doc__
    assert set(rule.CODES) <= set(CODES)
    assert len(set(rule.CODES)) == len(rule.CODES)
    assert rule.NEEDS_TORCH is (".torch." in name)
    assert callable(rule.check)


def test_each_code_has_a_part_that_reports_it() -> None:
    """A warning belongs to rules alone: what is written is legal. `unused` is one of composition,
    `file` is one of the command line.
    """
    by_rules = {code for name in FILES for code in import_module(name).CODES}
    by_parts = {
        code for part in PARTS for path in (PACKAGE / part).rglob("*.py") for code in codes_in(path)
    }
    assert set(CODES) - by_rules - by_parts <= {"file"}
    warnings = {code for code in CODES if CODES[code].warning}
    assert warnings - by_rules == {"unused"}


def test_static_rules_are_those_without_torch() -> None:
    assert [name for name in ROWS if ".static." in name] == list(table.STATIC)
