"""Files of weights are looked at with --data, and before anything runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.cases.edits import small
from tests.conftest import Done


@pytest.fixture
def weights(tmp_path: Path) -> dict[str, torch.Tensor]:
    state = {f"linear_1.{name}": one for name, one in nn.Linear(3072, 10).state_dict().items()}
    torch.save(state, tmp_path / "right.pth")
    torch.save({**state, "linear_1.bias": torch.zeros(3)}, tmp_path / "wrong.pth")
    (tmp_path / "broken.pth").write_bytes(b"PK\x03\x04 no weights")
    return state


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("nowhere.pth", "there is no file nowhere.pth"),
        ("broken.pth", "broken.pth is damaged"),
        ("wrong.pth", "linear_1.bias is [3] there and [10] in the network"),
    ],
)
def test_a_file_is_read_with_data_and_first_of_all(
    file: str, message: str, cli: Callable[..., Done], tmp_path: Path, weights: object
) -> None:
    (tmp_path / "mine.yaml").write_text(small(f"load: {{file: {file}}}"))
    assert cli("validate", "mine.yaml").status == 0
    assert "needs --data" in cli("validate", "mine.yaml").err
    done = cli("validate", "mine.yaml", "--data")
    assert done.status == 1
    assert message in done.out + done.err
    done = cli("run", "mine.yaml", "--run-dir", "out")
    assert done.status == 3
    assert message in done.err
    assert "mine.yaml:6:10" in done.err
    assert not (tmp_path / "out").exists()


def test_one_that_fits_is_no_finding(
    cli: Callable[..., Done], tmp_path: Path, weights: object
) -> None:
    (tmp_path / "mine.yaml").write_text(small("load: {file: right.pth}"))
    assert cli("validate", "mine.yaml", "--data").status == 0


def test_a_head_of_other_classes_fits_where_it_may_be_new(
    cli: Callable[..., Done], tmp_path: Path, weights: dict[str, torch.Tensor]
) -> None:
    few = {"linear_1.weight": torch.zeros(6, 3072), "linear_1.bias": torch.zeros(6)}
    torch.save(few, tmp_path / "six.pth")
    for new_head, status in (("false", 1), ("true", 0)):
        stage = f"load: {{file: six.pth, new_head: {new_head}}}"
        (tmp_path / "mine.yaml").write_text(small(stage))
        assert cli("validate", "mine.yaml", "--data").status == status


def test_what_a_stage_above_saves_needs_no_name(cli: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(small("save: {path: net.pth}", "load: {file: net.pth}"))
    done = cli("validate", "mine.yaml", "--data")
    assert "leave file out: it takes what save saves" in done.out + done.err


def test_one_that_a_run_has_is_named(cli: Callable[..., Done], tmp_path: Path) -> None:
    for time in ("20260102-000000-b", "20260101-000000-a"):
        kept = tmp_path / "runs/small" / time / "net.pth"
        kept.parent.mkdir(parents=True)
        kept.touch()
    (tmp_path / "mine.yaml").write_text(small("load: {file: net.pth}"))
    done = cli("validate", "mine.yaml", "--data")
    assert "help: a run has one: file: runs/small/20260102-000000-b/net.pth" in done.err


def test_the_file_of_a_layer_is_read_too(cli: Callable[..., Done], tmp_path: Path) -> None:
    layers = "{type: resnet18, weights_file: nowhere.pth, num_classes: 10}"
    (tmp_path / "mine.yaml").write_text(small(layers=layers))
    done = cli("validate", "mine.yaml", "--data")
    assert "there is no file nowhere.pth" in done.out + done.err


def test_a_digest_is_checked_with_data_and_first_of_all(
    cli: Callable[..., Done], tmp_path: Path, weights: object
) -> None:
    right = hashlib.sha256((tmp_path / "right.pth").read_bytes()).hexdigest()
    (tmp_path / "mine.yaml").write_text(small(f"load: {{file: right.pth, sha256: '{right}'}}"))
    assert cli("validate", "mine.yaml", "--data").status == 0
    wrong = "0" * 64
    (tmp_path / "mine.yaml").write_text(small(f"load: {{file: right.pth, sha256: '{wrong}'}}"))
    assert cli("validate", "mine.yaml").status == 0
    for arguments in (("validate", "--data", "mine.yaml"), ("run", "mine.yaml")):
        done = cli(*arguments)
        assert done.status in (1, 3)
        assert f"the sha256 of right.pth is {right}, and not {wrong}" in done.err


def test_what_no_digest_can_be_is_found_without_the_file(
    cli: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(small("load: {file: right.pth, sha256: abc}"))
    done = cli("validate", "mine.yaml")
    assert done.status == 1
    assert "sha256 takes 64 hexadecimal digits" in done.err
