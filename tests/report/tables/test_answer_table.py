from __future__ import annotations

import torch

from cifar_pipe.report.tables.answer_table import Answer, from_csv, rows_of, to_csv
from cifar_pipe.training.evaluation.answers import Answers

ANSWERS = Answers(
    labels=torch.tensor([0, 1]),
    predicted=torch.tensor([1, 1]),
    probabilities=torch.tensor([0.75, 0.5]),
    losses=torch.tensor([2.0, 0.693147]),
)


def test_a_row_names_the_classes_and_the_file_below_the_folder_that_all_share() -> None:
    files = ["/data/set/test/cat/1.png", "/data/set/test/dog/2.png"]
    assert rows_of(ANSWERS, ("cat", "dog"), files) == [
        Answer(0, "cat", "dog", 0.75, 2.0, "cat/1.png"),
        Answer(1, "dog", "dog", 0.5, ANSWERS.losses[1].item(), "dog/2.png"),
    ]


def test_what_is_written_is_read_back() -> None:
    rows = [
        Answer(0, "=cmd()", "'+x", 0.25, 1.5, "a,b/\u201cc\u201d.png"),
        Answer(1, "猫", 'says "no"', 1e-9, 87.3365, ""),
    ]
    text = to_csv(rows)
    assert text.splitlines()[0] == "index,label,predicted,probability,loss,file"
    assert "'=cmd()" in text
    assert from_csv(text) == rows


def test_control_characters_of_a_file_name_are_escaped() -> None:
    assert "\x1b" not in to_csv([Answer(0, "a", "b", 0.5, 1.0, "x\x1b[31m\n.png")])


def test_a_table_that_is_cut_off_reads_as_empty() -> None:
    text = to_csv([Answer(0, "cat", "dog", 0.5, 1.0), Answer(1, "cat", "cat", 0.5, 0.1)])
    assert from_csv(text[:-4]) == from_csv("") == from_csv("a,b\n1,2\n") == []
