from __future__ import annotations

import pytest

from cifar_pipe.errors import (
    CifarPipeError,
    DataBroken,
    DataUnavailable,
    Diverged,
    Interrupted,
    OutputError,
    PipelineError,
    RunError,
    UsageError,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("which file?"), 2),
        (PipelineError([]), 1),
        *((kind("stopped"), 3) for kind in (RunError, DataUnavailable, DataBroken, Diverged)),
        (OutputError("the disk is full"), 3),
        (Interrupted(2), 130),
        (Interrupted(15), 143),
        (CifarPipeError("a bug"), 70),
    ],
    ids=repr,
)
def test_each_error_has_its_exit_status(error: CifarPipeError, status: int) -> None:
    assert error.status == status
    assert isinstance(error, CifarPipeError)


def test_help_is_one_line_or_several() -> None:
    assert RunError("stopped", help="try again").help == ("try again",)
    assert RunError("stopped", help=("try again", "or not")).help == ("try again", "or not")
    assert RunError("stopped").help == ()


def test_a_pipeline_error_counts_its_findings() -> None:
    assert PipelineError(["one"]).message == "1 finding"
    assert PipelineError(["one", "two"]).message == "2 findings"


def test_a_pipeline_error_reads_as_its_findings_where_they_are_given_as_text() -> None:
    assert str(PipelineError(["one"])) == "1 finding"
    assert str(PipelineError(["one"], text="a.yaml:1:1: error")) == "1 finding\n\na.yaml:1:1: error"
