from __future__ import annotations

from stages_page import stages_markdown

from cifar_pipe.manual.sections import EVERY_STAGES_KEYS, sections


def test_the_page_has_every_key_of_every_stage_with_its_meaning() -> None:
    text = stages_markdown()
    for section in sections():
        part = text.split(f"\n## {section.name}\n")[1].split("\n## ")[0]
        assert section.example in part
        for key in section.keys:
            assert (f"| `{key.name}` |" in part) is (key.name not in EVERY_STAGES_KEYS)


def test_the_keys_of_every_stage_are_there_once() -> None:
    text = stages_markdown()
    assert [text.count(f"| `{key}` |") for key in EVERY_STAGES_KEYS] == [1, 1, 1, 1]
