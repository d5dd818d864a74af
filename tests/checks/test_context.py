"""What rules look at: the stages and what is known of them."""

from __future__ import annotations

from pathlib import Path

from tests.cases.edits import small
from tests.checks.kit import checked

LOADED = (
    "few: {type: load_data, dataset: {type: Shapes, train: 4, test: 2}, transforms: [ToTensor]}"
)


def test_a_stage_s_flow_is_that_of_the_data_that_it_takes(tmp_path: Path) -> None:
    context = checked(tmp_path, small(LOADED, "evaluate: {}"), torch=False)
    of = {stage.id: context.flow(stage) for stage in context.pipeline.stages}
    assert (of["train"], of["evaluate"]) == (context.flows["load_data"], context.flows["few"])
    assert of["load_data"] is None


def test_there_are_no_uses_before_shapes_are_followed(tmp_path: Path) -> None:
    assert list(checked(tmp_path, small(), torch=False).uses()) == []


def test_a_use_is_a_stage_with_the_network_that_another_builds(tmp_path: Path) -> None:
    context = checked(tmp_path, small("evaluate: {}", "save: {path: net.pth}"))
    uses = {use.stage.id: use for use in context.uses()}
    assert list(uses) == ["train", "evaluate", "save"]
    assert {use.network.stage.id for use in uses.values()} == {"build_model"}
    assert [use.flow is None for use in uses.values()] == [False, False, True]


def test_excluded_stages_are_no_uses_from_then_on(tmp_path: Path) -> None:
    context = checked(tmp_path, small("evaluate: {}"))
    context.exclude(context.pipeline.stage("train"))
    assert [use.stage.id for use in context.uses()] == ["evaluate"]


def test_what_is_not_known_is_added_once(tmp_path: Path) -> None:
    context = checked(tmp_path, small())
    for path in ((), (), ("epochs",)):
        context.not_known("its length", "--data", context.pipeline.stage("train"), *path)
    assert len(context.findings.not_known) == 2
