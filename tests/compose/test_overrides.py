from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cifar_pipe.compose.overrides import TOP, apply, parse
from cifar_pipe.compose.provenance import Removals
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import UsageError
from cifar_pipe.pipeline.document import TOP_LEVEL
from cifar_pipe.syntax.nodes import Item, span_at, to_plain

TEXT = """
name: lenet
vars: {width: 6}
stages:
  load_data: {dataset: Shapes, batch_size: 4}
  build_model:
    layers:
      - {type: Conv2d, out_channels: 6, id: conv1}
      - ReLU
      - {type: Linear, id: fc1}
  train:
    epochs: 2
    optimizer: SGD
    loss: {type: CrossEntropyLoss}
    scheduler: null
    width: $vars.width
  report: {}
"""


@pytest.fixture
def after(root_of: Callable[[str], Any], findings: Findings) -> Callable[..., Any]:
    """The plain data after these overrides."""

    def plain(*overrides: str) -> Any:
        return to_plain(apply(root_of(TEXT), overrides, findings, Removals()))

    return plain


@pytest.mark.parametrize(
    ("override", "path", "value"),
    [
        ("seed=3", ("seed",), 3),
        ("name=other", ("name",), "other"),
        ("train.epochs=1", ("stages", "train", "epochs"), 1),
        ("stages.train.epochs=1", ("stages", "train", "epochs"), 1),
        ("train.lr=1e-3", ("stages", "train", "lr"), 0.001),
        ("train.loss=MSELoss", ("stages", "train", "loss"), "MSELoss"),
        ("train.loss={type: MSELoss, a: [1]}", ("stages", "train", "loss", "a"), [1]),
        ("train.loss.label_smoothing=0.1", ("stages", "train", "loss", "label_smoothing"), 0.1),
        ("train.loss.type=MSELoss", ("stages", "train", "loss"), {"type": "MSELoss"}),
        ("train.scheduler=~", ("stages", "train", "scheduler"), None),
        (
            "build_model.layers.conv1.out_channels=8",
            ("stages", "build_model", "layers", 0, "out_channels"),
            8,
        ),
        (
            "build_model.layers.0.out_channels=8",
            ("stages", "build_model", "layers", 0, "out_channels"),
            8,
        ),
        ("build_model.layers.1=GELU", ("stages", "build_model", "layers", 1), "GELU"),
        ("build_model.layers.fc1=Flatten", ("stages", "build_model", "layers", 2), "Flatten"),
        ("vars.width=8", ("vars", "width"), 8),
        ("vars.deep={a: 1}", ("vars", "deep", "a"), 1),
        ("runtime.device=cpu", ("runtime", "device"), "cpu"),
        ("stages.extra={type: report}", ("stages", "extra", "type"), "report"),
        (" train.epochs = 1", ("stages", "train", "epochs"), 1),
        ("name=a=b", ("name",), "a=b"),
    ],
)
def test_a_value_goes_where_the_path_leads(
    override: str, path: tuple[Any, ...], value: Any, after: Callable[..., Any], findings: Findings
) -> None:
    found = after(override)
    assert not findings.errors
    for step in path:
        found = found[step]
    assert found == value


def test_a_bare_name_becomes_a_component_when_a_path_goes_into_it(
    after: Callable[..., Any],
) -> None:
    stages = after("train.optimizer.lr=0.1", "build_model.layers.1.id=relu1")["stages"]
    assert stages["train"]["optimizer"] == {"type": "SGD", "lr": 0.1}
    assert stages["build_model"]["layers"][1] == {"type": "ReLU", "id": "relu1"}


def test_a_value_replaces_and_never_merges(after: Callable[..., Any]) -> None:
    assert after("load_data={dataset: CIFAR10}")["stages"]["load_data"] == {"dataset": "CIFAR10"}


def test_null_removes_a_stage_or_a_var_and_nothing_else(after: Callable[..., Any]) -> None:
    plain = after("report=null", "vars.width=~", "train.loss=null", "name=null")
    assert list(plain["stages"]) == ["load_data", "build_model", "train"]
    assert plain["vars"] == {}
    assert plain["stages"]["train"]["loss"] is None
    assert plain["name"] is None


def test_the_order_of_stages_stays(after: Callable[..., Any]) -> None:
    assert next(iter(after("load_data={}")["stages"])) == "load_data"


def test_the_last_of_two_wins(after: Callable[..., Any]) -> None:
    assert after("train.epochs=1", "train.epochs=5")["stages"]["train"]["epochs"] == 5


def test_the_root_that_was_given_stays_as_it_was(root_of: Callable[[str], Any]) -> None:
    root = root_of(TEXT)
    before = to_plain(root)
    apply(
        root, ["train.epochs=9", "report=null", "build_model.layers.0=ReLU"], Findings(), Removals()
    )
    assert to_plain(root) == before


def test_the_new_value_names_the_override(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    root = apply(root_of(TEXT), ["train.epochs=x"], findings, Removals())
    item = root.items["stages"].value.items["train"].value.items["epochs"]
    assert item.value.span.source.name == "-S train.epochs=x"
    assert (item.value.span.line, item.value.span.column, item.value.span.end_column) == (1, 14, 15)
    assert (item.key_span.column, item.key_span.end_column) == (7, 13)
    span = span_at(root, ("stages", "train", "epochs"))
    assert (span.column, span.end_column) == (7, 15)


@pytest.mark.parametrize(
    ("override", "column", "message", "help_"),
    [
        ("trian.epochs=1", 1, "there is no `trian`", "did you mean `train`?"),
        ("train.optimiser.lr=1", 7, "train has no `optimiser`", "did you mean `optimizer`?"),
        ("stages.trian.epochs=1", 8, "stages has no `trian`", "did you mean `train`?"),
        ("train.epochs.x=1", 14, "train.epochs is the single value 2 and has no `x`", None),
        (
            "train.scheduler.gamma=1",
            17,
            "train.scheduler is null and has no `gamma`",
            "override the whole: -S 'train.scheduler={type: ..., gamma: ...}'",
        ),
        (
            "train.width.x=1",
            13,
            "train.width is the single value $vars.width and has no `x`",
            "override what it refers to: -S vars.width=...",
        ),
        ("name.x=1", 6, "name is the single value lenet and has no `x`", None),
        (
            "build_model.layers.conv2.bias=false",
            20,
            "build_model.layers has no `conv2`",
            "did you mean `conv1`?",
        ),
        (
            "build_model.layers.zzzzz.bias=false",
            20,
            "build_model.layers has no `zzzzz`",
            "allowed are: conv1, fc1",
        ),
        ("build_model.layers.3=x", 20, "build_model.layers has no item 3", "its items are 0 to 2"),
        ("build_model.layers.-1=x", 20, "build_model.layers has no `-1`", "its items are 0 to 2"),
        ("stages.reprt=null", 8, "stages has no `reprt`", "did you mean `report`?"),
        ("vars.a.b=1", 6, "vars has no `a`", "allowed are: width"),
        (
            "extends=base.yaml",
            1,
            "extends cannot be overridden: overrides come after it",
            "write a file of its own that extends another",
        ),
    ],
)
def test_a_path_that_leads_nowhere_is_reported(
    *,
    override: str,
    column: int,
    message: str,
    help_: str | None,
    after: Callable[..., Any],
    only: Callable[[], Any],
    root_of: Callable[[str], Any],
) -> None:
    assert after(override) == to_plain(root_of(TEXT))
    found = only()
    assert (found.code, found.span.column, found.message, found.help) == (
        "override",
        column,
        message,
        help_,
    )


def test_a_wrong_value_is_reported_in_the_override(
    after: Callable[..., Any], reported: Callable[[], list[Any]]
) -> None:
    after("train.epochs=[1, 2", "train.lr=.nan")
    assert sorted(reported()) == [("syntax", 1, 14, 15), ("value", 1, 10, 14)]


def test_a_value_cannot_nest_without_bound(
    after: Callable[..., Any], reported: Callable[[], list[Any]]
) -> None:
    after(
        *[
            "train.loss.x={" + "x: {" * 60 + "}" * 60 + "}",
            "train.loss" + ".x" * 61 + "=" + "[" * 60 + "]" * 60,
        ]
    )
    assert [code for code, *_ in reported()] == ["too-large"]


def test_after_a_wrong_one_the_others_are_still_applied(after: Callable[..., Any]) -> None:
    assert after("trian.x=1", "seed=7")["seed"] == 7


@pytest.mark.parametrize(
    "override",
    [
        "seed",
        "",
        "seed=",
        "seed=  ",
        "=3",
        ".=3",
        "train..epochs=1",
        "train.=1",
        "train\n.epochs=1",
    ],
)
def test_no_equals_sign_no_value_and_no_name_are_wrong_usage(override: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(override)
    assert error.value.help
    with pytest.raises(UsageError):
        apply(None, ["train.epochs=1", override], Findings(), Removals())  # type: ignore[arg-type]


def test_the_keys_of_the_top_are_those_of_a_pipeline() -> None:
    assert set(TOP) == set(TOP_LEVEL)


def test_who_knows_the_language_is_asked_about_a_key_that_is_nowhere(
    root_of: Callable[[str], Any], findings: Findings
) -> None:
    asked = []

    def advise(_: Any, item: Item) -> dict[str, Any]:
        asked.append((item.key, to_plain(item.value)))
        return {"help": "it belongs in runtime"}

    overrides = ["device=cpu", "epochs=3"]
    apply(root_of(TEXT), overrides, findings, Removals(), advise)
    assert asked == [("device", "cpu")]
    assert [one.help for one in findings.errors] == [
        "it belongs in runtime",
        "did you mean `train.epochs`?",
    ]
