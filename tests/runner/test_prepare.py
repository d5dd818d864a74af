"""A run checks its pipeline once, also where only the disk shows what is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cifar_pipe.checks import check as checks
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.errors import DataBroken, DataUnavailable
from cifar_pipe.pipeline import assembly, stages
from cifar_pipe.runner.prepare import prepare, run_key
from tests.cases.edits import small

FOLDER = "dataset: {type: ImageFolder, root: images}, transforms: [ToTensor]"
LAYERS = "Flatten, {type: Linear, out_features: $data.num_classes}"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each step is taken."""
    count: Counter[str] = Counter()

    def counting(name: str, made: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **more: Any) -> Any:
            count[name] += 1
            return made(*given, **more)

        return step

    for module, name in (
        (assembly, "compose"),
        (assembly, "typed_document"),
        (assembly, "wire"),
        (stages, "decode"),
        (checks, "flow_of"),
    ):
        monkeypatch.setattr(module, name, counting(name, getattr(module, name)))
    return count


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for split in ("train", "test"):
        for name in ("cat", "dog", "cow"):
            folder = Path("images", split, name)
            folder.mkdir(parents=True)
            Image.new("RGB", (8, 8)).save(folder / "one.png")


def test_each_step_is_taken_once(
    tmp_path: Path, counted: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yaml").write_text(small("evaluate: {}"))
    assert prepare(tmp_path / "mine.yaml", [], Findings()) is not None
    # decode: the document's head, and four stages.
    assert counted == {"compose": 1, "typed_document": 1, "wire": 1, "decode": 5, "flow_of": 1}


@pytest.mark.usefixtures("images")
def test_only_what_waits_for_the_data_is_typed_again(counted: Counter[str]) -> None:
    Path("mine.yaml").write_text(small("evaluate: {}", data=FOLDER, layers=LAYERS))
    prepared = prepare(Path("mine.yaml"), [], Findings())
    assert prepared is not None
    assert "out_features: 3" in prepared.resolved
    # As above, and build_model once more.
    assert counted == {"compose": 1, "typed_document": 1, "wire": 2, "decode": 6, "flow_of": 2}


@pytest.mark.usefixtures("images")
def test_what_the_pipeline_alone_says_comes_before_the_disk() -> None:
    data = "dataset: {type: ImageFolder, root: nowhere}, transforms: [ToTensor]"
    loss = "loss: {type: CrossEntropyLoss, target: signs}"
    Path("mine.yaml").write_text(small(data=f"classes: [a, a], {data}", loss=loss))
    findings = Findings()
    assert prepare(Path("mine.yaml"), [], findings) is None
    assert [one.code for one in findings.sorted()] == ["classes"]


@pytest.mark.usefixtures("images")
def test_images_that_reach_the_network_in_different_sizes_are_reported_with_their_place() -> None:
    Image.new("RGB", (9, 9)).save("images/train/dog/one.png")
    data = "dataset: {type: ImageFolder, root: images}, transforms: [ToTensor]"
    layers = "Flatten, {type: Linear, out_features: 3}"
    text = small(data=data, layers=layers).replace(
        "{layers:", "{input_shape: $data.image_shape, layers:"
    )
    Path("mine.yaml").write_text(text)
    with pytest.raises(
        DataBroken, match=r"train images differ in size: .*one\.png is 9 x 9"
    ) as caught:
        prepare(Path("mine.yaml"), [], Findings())
    assert caught.value.finding.code == "data"


def test_more_findings_than_are_reported_refuse_the_pipeline(tmp_path: Path) -> None:
    """Also where the checks stop before all of it is wired."""
    stages = (f"s{one}: {{type: show_images, from: {{data: x{one}}}}}" for one in range(201))
    (tmp_path / "mine.yaml").write_text(small(*stages))
    findings = Findings()
    assert prepare(tmp_path / "mine.yaml", [], findings) is None
    assert len(findings.errors) == 201


def test_another_seed_needs_no_other_check(tmp_path: Path, counted: Counter[str]) -> None:
    (tmp_path / "mine.yaml").write_text(small())
    prepared = prepare(tmp_path / "mine.yaml", [], Findings())
    assert prepared is not None
    before = dict(counted)
    other = prepared.with_seed(7)
    assert (other.pipeline.document.seed, prepared.pipeline.document.seed) == (7, 0)
    assert counted == before
    again = prepare(tmp_path / "mine.yaml", ["seed=7"], Findings())
    assert again is not None
    assert other.resolved == again.resolved


@pytest.mark.usefixtures("images")
def test_a_root_beside_the_file_and_not_in_the_current_directory_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = "dataset: {type: ImageFolder, root: images}, transforms: [ToTensor]"
    Path("mine.yaml").write_text(small(data=data))
    folder = Path.cwd().name
    monkeypatch.chdir(Path.cwd().parent)
    with pytest.raises(DataUnavailable) as caught:
        prepare(Path(folder, "mine.yaml"), [], Findings())
    assert f"write root: {folder}/images" in caught.value.finding.help


def test_the_key_follows_from_values_and_from_the_order_of_stages_alone() -> None:
    one = {"seed": 0, "name": "n", "stages": {"a": {"x": 1, "y": 2}, "b": None}}
    same = {"name": "n", "stages": {"a": {"y": 2, "x": 1}, "b": None}, "seed": 0}
    other_order = {**one, "stages": {"b": None, "a": {"x": 1, "y": 2}}}
    assert run_key(one) == run_key(same)
    assert len({run_key(one), run_key({**one, "seed": 1}), run_key(other_order)}) == 3
