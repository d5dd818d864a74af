"""What is said of datasets of image files before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.images.data_facts import data_facts
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.assembly import assemble

PATTERN = r"'(?P<label>[a-z]+)_\d+\.jpg'"


@pytest.mark.parametrize(
    ("dataset", "words", "message"),
    [
        ("ImageTable, file: a.csv", "ImageTable", "needs test_split, split_column or test_file"),
        (
            "ImageTable, file: a.csv, test_split: 0.1, split_column: b",
            "test_split: 0.1",
            "takes one of test_split, split_column or test_file, and has test_split and split_column",
        ),
        (
            "ImageTable, file: a.xlsx, test_split: 0.1",
            "file: a.xlsx",
            "reads tables that end in .csv, .tsv, .jsonl, .ndjson, and file does not",
        ),
        (
            "ImageTable, file: a.csv, test_split: 0.1, labels: [a, b, a]",
            "labels: [a, b, a]",
            "names the label `a` twice",
        ),
        ("ImageTable, test_split: 0.1", "ImageTable", "ImageTable needs an argument `file`"),
        (
            "ImagePattern, root: a, test_split: 0.1, pattern: '(?P<label>a'",
            "pattern: '(?P<label>a'",
            "a regular expression as pattern, and here missing ), unterminated subpattern at position 0",
        ),
        (
            "ImagePattern, root: a, test_split: 0.1, pattern: '(a)'",
            "pattern: '(a)'",
            "needs a group named label in its pattern",
        ),
        (
            f"ImagePattern, root: a, pattern: {PATTERN}",
            "ImagePattern",
            "needs test_split, or a group",
        ),
        (
            "ImagePattern, root: a, test_split: 0.1, pattern: '(?P<label>a)(?P<split>b)'",
            "test_split: 0.1",
            "takes test_split or a group named split, not both",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_at_its_words(
    tmp_path: Path, dataset: str, words: str, message: str
) -> None:
    stages = f"  load_data:\n    dataset: {{type: {dataset}}}\n    transforms: [ToTensor]\n"
    (tmp_path / "mine.yaml").write_text(f"version: 1\nstages:\n{stages}")
    findings = Findings()
    assemble(tmp_path / "mine.yaml", [], findings)
    [found] = findings.all_sorted()
    assert message in found.message
    assert found.span.source.lines[3][found.span.column - 1 :].startswith(words)


def test_labels_say_how_many_classes_there_are() -> None:
    facts = data_facts(
        make("dataset", "ImageTable", file="a.csv", test_split=0.1, labels=["a", "b"])
    )
    assert facts.classes == ("a", "b")
    assert facts.num_classes == 2
    assert not facts.declared


def test_a_second_table_may_go_with_a_column_of_splits() -> None:
    make("dataset", "ImageTable", file="a.csv", test_file="b.csv", split_column="split")
