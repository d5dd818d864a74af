from __future__ import annotations

import re

from errors_page import errors_markdown

from cifar_pipe.diagnostics.codes.page import NOT_KNOWN
from cifar_pipe.diagnostics.codes.table import CODES


def test_the_page_has_a_section_for_each_code() -> None:
    page = errors_markdown()
    assert re.findall(r"^## (\S+)$", page, re.MULTILINE) == [*CODES, NOT_KNOWN]
    assert all(one.isprintable() or one == "\n" for one in page)


def test_it_says_which_codes_are_warnings() -> None:
    page = errors_markdown()
    sections = re.findall(r"^## (\S+)\n\n(\*Warning\.\* )?", page, re.MULTILINE)
    assert {name for name, warning in sections if warning} == {
        name for name, code in CODES.items() if code.warning
    }
