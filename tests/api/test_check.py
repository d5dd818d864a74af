from __future__ import annotations

from pathlib import Path

import pytest

from cifar_pipe import UsageError, check
from tests.api.kit import ENDS_IN_SOFTMAX, small


def test_nothing_is_found_in_a_sound_pipeline() -> None:
    found = check(small())
    assert (found.ok, len(found), str(found)) == (True, 0, "ok")


def test_a_finding_tells_its_place_and_its_help(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("version: 1\nstages:\n  load_data: {datset: Shapes}\n")
    first = check(path)[0]
    assert (first.path, first.line, first.column) == (str(path), 3, 15)
    assert (first.code, first.is_warning) == ("unknown-key", False)
    assert first.help == "did you mean `dataset`?"


def test_a_finding_of_a_mapping_is_at_its_line_of_the_text_that_is_written() -> None:
    found = check(small(train={"epoch": 1, "loss": "L1Loss"}))
    lines = [f"{one.path}:{one.line}" for one in found]
    assert not found.ok
    assert lines
    assert all(line.startswith("<pipeline>:") for line in lines)
    assert "epoch: 1" in str(found)


def test_overrides_are_checked_at_their_words() -> None:
    (finding,) = check(small(), {"train.epoch": 3})
    assert str(finding) == "-S train.epoch=3:1:7: error[unknown-key]: train has no key `epoch`"


def test_warnings_leave_it_ok() -> None:
    found = check(small(build_model=ENDS_IN_SOFTMAX))
    assert found.ok
    assert found.warnings
    assert found.errors == ()


def test_the_data_is_read_only_if_it_is_asked_for(tmp_path: Path) -> None:
    missing = {"load_data.dataset": {"type": "ImageFolder", "root": tmp_path / "none"}}
    transforms = {"load_data.transforms": [{"type": "Resize", "size": [8, 8]}, "ToTensor"]}
    assert check(small(), missing | transforms).ok
    assert [one.code for one in check(small(), missing | transforms, data=True)] == ["data"]


def test_a_notebook_shows_the_findings_escaped() -> None:
    shown = check(small(train={"<b>": 1}))._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown


def test_a_file_that_cannot_be_read_is_an_error_with_its_help(tmp_path: Path) -> None:
    (tmp_path / "digits.yaml").write_text("version: 1\n")
    with pytest.raises(UsageError) as caught:
        check(tmp_path / "digit.yaml")
    assert any("did you mean" in note for note in caught.value.__notes__)
