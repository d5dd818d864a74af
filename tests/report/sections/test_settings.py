from __future__ import annotations

import pytest

from cifar_pipe.report.sections.settings import in_words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ReLU", "ReLU"),
        ({"type": "SGD", "lr": "0.1", "momentum": "0.9"}, "SGD, lr 0.1, momentum 0.9"),
        (["ToTensor", {"type": "Resize", "size": ["8", "8"]}], "ToTensor; Resize, size [8, 8]"),
        ({"train": {"type": "Pad"}}, "train (Pad)"),
        (["a", ["b", "c"]], "a; b; c"),
    ],
)
def test_settings_are_one_line_of_text(value: object, text: str) -> None:
    assert in_words(value) == text
