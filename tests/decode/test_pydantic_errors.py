from __future__ import annotations

import pytest

from cifar_pipe.decode.decode import decode
from cifar_pipe.decode.pydantic_errors import Owner
from cifar_pipe.diagnostics.findings import Finding, Findings
from cifar_pipe.pipeline.document import Document
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.syntax.reader import read


def only(model: type[Train | Document], text: str) -> Finding:
    findings = Findings()
    root = read(text, "x", findings)
    assert root is not None
    assert decode(root, model, Owner("it", root.span), findings) is None
    (finding,) = findings.errors
    return finding


TRAIN = "loss: CrossEntropyLoss\noptimizer: {type: SGD, lr: 0.1}\n"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("epochs: 1\nsteps: 2\n", "it takes epochs or steps: not both", 3),
        ("log_every: 1\n", "it takes epochs or steps: one of them is missing", 1),
        (
            "epochs: 1\nrestore_best: true\n",
            "it takes restore_best only with a monitor that says which epoch is best",
            4,
        ),
    ],
)
def test_a_rule_is_reported_at_the_first_of_its_keys_that_is_written(
    text: str, message: str, line: int
) -> None:
    finding = only(Train, TRAIN + text)
    assert (finding.code, finding.message, finding.span.line) == ("value", message, line)


def test_a_rule_says_nothing_about_a_key_that_has_a_finding() -> None:
    assert only(Train, TRAIN + "steps: $data.channels_\n" + "epochs: x\n").span.line == 4


def test_the_words_of_a_choice_come_from_the_type() -> None:
    finding = only(Train, TRAIN + "epochs: 1\nmonitor: val_los\n")
    assert (
        finding.message == "monitor takes one of val_loss, val_accuracy, not the string `val_los`"
    )
    assert finding.help == "did you mean `val_loss`?"
    finding = only(Train, TRAIN + "epochs: 1\nfrom: {modell: x}\n")
    assert (finding.message, finding.help) == ("from has no key `modell`", "did you mean `model`?")


def test_a_habit_is_corrected_where_its_word_is_allowed() -> None:
    finding = only(Document, "version: 1\nruntime: {device: gpu}\n")
    assert finding.help == "did you mean `cuda`?"
