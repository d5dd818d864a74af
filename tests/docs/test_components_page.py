from __future__ import annotations

from components_page import components_markdown

from cifar_pipe.catalog.core.entry import KINDS
from cifar_pipe.catalog.core.lookup import table_of


def test_the_markdown_has_every_name_and_every_reason() -> None:
    text = components_markdown()
    for kind in KINDS:
        for entry in table_of(kind).entries.values():
            assert f"### [{entry.name}]" in text or f"### {entry.name}" in text
        assert all(reason in text for reason in table_of(kind).left_out.values())
