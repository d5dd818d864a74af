"""Settings without effect are those that are written."""

from __future__ import annotations

from pathlib import Path

from tests.cases.edits import small
from tests.checks.kit import checked

FEW = "dataset: {type: Shapes, train: 40, test: 3}, transforms: [ToTensor]"


def test_a_count_that_is_not_written_may_be_above_the_images(tmp_path: Path) -> None:
    written = checked(tmp_path, small("predict: {count: 4}", data=FEW), torch=False)
    assert [one.code for one in written.findings.warnings] == ["no-effect"]
    left_out = checked(tmp_path, small("predict: {}", data=FEW), torch=False)
    assert left_out.findings.warnings == []
