from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.compose.compose import Composition, compose
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import UsageError
from cifar_pipe.syntax.nodes import span_at, to_plain

BASE = """\
version: 1
seed: 0
vars: {width: 6, lr: 0.1}
stages:
  load_data: {dataset: Shapes, batch_size: 4}
  build_model: {layers: [{type: Linear, out_features: $vars.width}]}
  train: {epochs: 2, optimizer: {type: SGD, lr: $vars.lr}}
  report: {}
"""

Composed = Callable[..., Composition | None]


@pytest.fixture
def composed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, findings: Findings) -> Composed:
    """Composes the first of these files (name=text), with overrides, in `tmp_path`."""
    monkeypatch.chdir(tmp_path)

    def run(files: dict[str, str], *overrides: str) -> Composition | None:
        for name, text in files.items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        first = Path(next(iter(files)))
        return compose(first, first.read_bytes(), overrides, findings)

    return run


def plain(composition: Composition | None) -> Any:
    assert composition is not None
    return to_plain(composition.root)


def test_a_file_alone_is_itself(composed: Composed, findings: Findings) -> None:
    found = composed({"a.yaml": "\ufeffversion: 1\nseed: 3\n"})
    assert plain(found) == {"version": 1, "seed": 3}
    assert found is not None
    assert found.written == "version: 1\nseed: 3\n"
    assert found.files == (Path("a.yaml"),)
    assert not findings


def test_a_file_lies_over_what_it_extends(composed: Composed, findings: Findings) -> None:
    over = """\
extends: base.yaml
seed: 1
vars: {width: 8}
stages:
  evaluate: {split: test, before: report}
  train:
    optimizer: {momentum: 0.9}
"""
    found = composed({"mine.yaml": over, "base.yaml": BASE})
    assert not findings.errors
    assert plain(found) == {
        "version": 1,
        "seed": 1,
        "vars": {"width": 8, "lr": 0.1},
        "stages": {
            "load_data": {"dataset": "Shapes", "batch_size": 4},
            "build_model": {"layers": [{"type": "Linear", "out_features": 8}]},
            "train": {"epochs": 2, "optimizer": {"type": "SGD", "lr": 0.1, "momentum": 0.9}},
            "evaluate": {"split": "test"},
            "report": {},
        },
    }
    assert list(plain(found)["stages"]) == [
        "load_data",
        "build_model",
        "train",
        "evaluate",
        "report",
    ]
    assert found is not None
    assert found.files == (Path("mine.yaml"), Path("base.yaml"))


def test_of_several_the_later_lies_over_the_earlier(composed: Composed) -> None:
    found = composed(
        {
            "m.yaml": "extends: [a.yaml, b.yaml]\nz: 0\n",
            "a.yaml": "x: 1\ny: 1\n",
            "b.yaml": "y: 2\nz: 2\n",
        }
    )
    assert plain(found) == {"x": 1, "y": 2, "z": 0}


def test_names_are_relative_to_the_file_that_says_them(
    composed: Composed, findings: Findings
) -> None:
    files = {
        "runs/m.yaml": "extends: ../bases/a.yaml\n",
        "bases/a.yaml": "extends: deep/b.yaml\n",
        "bases/deep/b.yaml": "x: [1\n",
    }
    composed(files)
    assert [f.span.source.name for f in findings.errors] == ["bases/deep/b.yaml"]


def test_a_file_that_two_others_extend_is_read_once(composed: Composed) -> None:
    files = {
        "m.yaml": "extends: [a.yaml, b.yaml]\n",
        "a.yaml": "extends: c.yaml\na: 1\n",
        "b.yaml": "extends: c.yaml\nb: 1\n",
        "c.yaml": "c: 1\n",
    }
    found = composed(files)
    assert plain(found) == {"c": 1, "a": 1, "b": 1}
    assert found is not None
    assert len(found.files) == 4


def test_overrides_come_after_extends_and_before_references(
    composed: Composed, findings: Findings
) -> None:
    found = composed(
        {"m.yaml": "extends: base.yaml\n", "base.yaml": BASE},
        "vars.width=16",
        "train.optimizer.lr=$vars.width",
        "stages.first={type: report, before: load_data}",
    )
    stages = plain(found)["stages"]
    assert stages["build_model"]["layers"][0]["out_features"] == 16
    assert stages["train"]["optimizer"]["lr"] == 16
    assert list(stages)[0:2] == ["first", "load_data"]
    assert stages["first"] == {"type": "report"}
    assert not findings.errors


def test_every_value_knows_the_file_or_override_it_came_from(composed: Composed) -> None:
    over = "extends: base.yaml\nstages: {train: {epochs: 9}}\n"
    found = composed({"m.yaml": over, "base.yaml": BASE}, "train.optimizer.lr=1")
    assert found is not None

    def origin(*path: str) -> tuple[str, int]:
        span = span_at(found.root, path)
        return span.source.name, span.line

    assert origin("seed") == ("base.yaml", 2)
    assert origin("stages", "train", "epochs") == ("m.yaml", 2)
    assert origin("stages", "train", "optimizer", "lr") == ("-S train.optimizer.lr=1", 1)
    assert origin("stages", "train", "optimizer", "type") == ("base.yaml", 7)


def test_a_cycle_is_reported_with_its_path(composed: Composed, only: Callable[[], Any]) -> None:
    files = {
        "a.yaml": "extends: b.yaml\n",
        "b.yaml": "x: 1\nextends: [c.yaml]\n",
        "c.yaml": "extends: b.yaml\n",
    }
    composed(files)
    found = only()
    assert found.code == "extends"
    assert found.message == "b.yaml extends itself: b.yaml -> c.yaml -> b.yaml"
    assert (found.span.source.name, found.span.line, found.span.column) == ("c.yaml", 1, 10)


def test_a_cycle_through_a_link_is_one(composed: Composed, only: Callable[[], Any]) -> None:
    Path("b.yaml").symlink_to("a.yaml")
    composed({"a.yaml": "extends: b.yaml\n"})
    assert only().code == "extends"


def test_a_chain_has_an_end(composed: Composed, only: Callable[[], Any]) -> None:
    files = {f"f{n}.yaml": f"extends: f{n + 1}.yaml\n" for n in range(500)}
    composed({**files, "f500.yaml": "a: 1\n"})
    assert only().message == "more than 30 files extend each other"


@pytest.mark.parametrize(
    ("extends", "column", "message", "help_"),
    [
        ("bsae.yaml", 10, "there is no file bsae.yaml", "did you mean `base.yaml`?"),
        ("no/base.yaml", 10, "there is no file no/base.yaml", "there is no folder no"),
        ("[base.yaml, x.yaml]", 22, "there is no file x.yaml", "allowed are: base.yaml"),
        (".", 10, ". cannot be read: it is a folder", None),
        ('"\\0"', 10, "extends takes a file name, or a list of them", None),
        ("5", 10, "extends takes a file name, or a list of them", None),
        ("{a: 1}", 10, "extends takes a file name, or a list of them", None),
        ("[[base.yaml]]", 11, "extends takes a file name, or a list of them", None),
        ("''", 10, "extends takes a file name, or a list of them", None),
    ],
)
def test_what_cannot_be_extended_is_reported(
    *,
    extends: str,
    column: int,
    message: str,
    help_: str | None,
    composed: Composed,
    only: Callable[[], Any],
) -> None:
    composed({"m.yaml": f"extends: {extends}\n", "base.yaml": "a: 1\n"})
    found = only()
    assert (found.code, found.span.column, found.message, found.help) == (
        "extends",
        column,
        message,
        help_,
    )


@pytest.mark.parametrize(
    "text", ["a: $vars.x", "stages: {a: {after: b}, b: null}", "blocks: {a: }"]
)
def test_where_a_base_is_missing_what_it_may_hold_is_not_reported(
    text: str, composed: Composed, only: Callable[[], Any]
) -> None:
    composed({"m.yaml": f"extends: x.yaml\n{text}\n"}, "train.x.y=1")
    assert only().code == "extends"


def test_wrong_usage_comes_before_all_findings(composed: Composed) -> None:
    with pytest.raises(UsageError):
        composed({"m.yaml": "a: [\n"}, "seed")


def test_a_mistake_in_each_layer_is_reported_at_once(
    composed: Composed, findings: Findings
) -> None:
    composed(
        {"m.yaml": "extends: base.yaml\nseed: 1\nseed: 2\nx: $vars.nix\n", "base.yaml": BASE},
        "trian.epochs=1",
    )
    codes = {f.code for f in findings.errors}
    assert codes == {"duplicate-key", "override", "reference"}
