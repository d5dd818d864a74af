from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from cifar_pipe import PipelineWarning, Result, RunError, UsageError, load, run
from tests.api.kit import small


@pytest.fixture(autouse=True)
def inside_an_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def of_folder(root: Path) -> dict[str, Any]:
    pipeline = small(predict={"count": 12}, evaluate={})
    pipeline["stages"]["load_data"] = {
        "dataset": {"type": "ImageFolder", "root": root},
        "transforms": [{"type": "Resize", "size": [16, 16]}, "RandomHorizontalFlip", "ToTensor"],
    }
    return pipeline


def gray_shapes() -> dict[str, Any]:
    dataset = {"type": "Shapes", "image_shape": [1, 32, 32], "train": 20, "test": 20}
    return {"dataset": dataset, "transforms": ["ToTensor"]}


@pytest.mark.filterwarnings("ignore::cifar_pipe.PipelineWarning")
@pytest.mark.parametrize("precision", ["float32", "bfloat16", "bfloat16-true"])
def test_files_are_predicted_as_the_run_predicts_them(image_folder: Path, precision: str) -> None:
    result = run(of_folder(image_folder) | {"runtime": {"precision": precision}})
    files = sorted((image_folder / "test").glob("*/*.png"))
    shown = json.loads((result.run_dir / "stages/predict/predictions.json").read_text())
    rows = sorted(shown, key=lambda row: row["index"])
    assert [one.label for one in result.predict(files)] == [one["predicted"] for one in rows]
    found = [one.probability for one in result.predict(files)]
    assert found == pytest.approx([one["probability"] for one in rows])
    assert result.classes == ("cat", "dog", "frog")


@pytest.mark.filterwarnings("ignore::cifar_pipe.PipelineWarning")
def test_a_path_an_image_of_pillows_and_a_tensor_are_one(image_folder: Path) -> None:
    result = run(of_folder(image_folder))
    path = image_folder / "test/dog/01.png"
    with Image.open(path) as image:
        of_pillow = result.transforms(image)
    tensor = torch.tensor([80, 10, 175], dtype=torch.uint8)[:, None, None].expand(3, 32, 32)
    assert of_pillow.shape == (1, 3, 16, 16)
    assert torch.equal(result.transforms(path), of_pillow)
    assert torch.equal(result.transforms([tensor]), of_pillow)


def test_the_network_is_the_trained_one_and_ready_for_use() -> None:
    result = run(small(save={"path": "net.pth"}))
    saved = torch.load(result.run_dir / "net.pth", weights_only=True)
    state = result.model.state_dict()
    assert not result.model.training
    assert all(torch.equal(state[name], value) for name, value in saved.items())
    assert result.input_shape == (1, 12, 12)
    assert result.model is result.model


def test_probabilities_are_of_all_classes_the_likeliest_first() -> None:
    result = run(small())
    (found,) = result.predict(torch.zeros(1, 12, 12, dtype=torch.uint8))
    values = list(found.probabilities.values())
    assert set(found.probabilities) == set(result.classes)
    assert values == sorted(values, reverse=True)
    assert sum(values) == pytest.approx(1)
    assert (found.label, found.probability) == next(iter(found.probabilities.items()))


@pytest.mark.filterwarnings("ignore::cifar_pipe.PipelineWarning")
def test_files_images_and_tensors_are_predicted_in_their_order(image_folder: Path) -> None:
    result = run(of_folder(image_folder))
    files = sorted((image_folder / "test").glob("*/*.png"))
    images = (Image.open(one) if place % 2 else one for place, one in enumerate(files))
    found = result.predict(images)
    assert [one.top for one in found] == [one.top for one in result.predict(files)]
    assert [one.path for one in found] == [
        None if place % 2 else str(one) for place, one in enumerate(files)
    ]
    assert result.predict([]) == []


@pytest.mark.filterwarnings("ignore::cifar_pipe.PipelineWarning")
def test_a_file_that_cannot_be_used_is_an_error(image_folder: Path) -> None:
    result = run(of_folder(image_folder))
    Path("broken.png").write_bytes(b"<html>")
    with pytest.raises(RunError, match=r"broken\.png cannot be decoded: it is a web page"):
        result.predict([image_folder / "test/dog/01.png", "broken.png"])


def test_an_image_of_another_size_is_brought_to_that_of_the_data() -> None:
    result = run(small())
    made = result.transforms(torch.full((1, 30, 20), 255, dtype=torch.uint8))
    assert made.shape == (1, 1, 12, 12)
    assert torch.equal(made, torch.ones_like(made))


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (torch.zeros(1, 12, 12), r"is uint8 .*, not float32 \[1, 12, 12\]"),
        (torch.zeros(4, 12, 12, dtype=torch.uint8), r"not uint8 \[4, 12, 12\]"),
        (torch.zeros(12, 12, dtype=torch.uint8).numpy(), "or a tensor, not ndarray"),
    ],
)
def test_what_is_no_image_is_refused(image: Any, message: str) -> None:
    result = run(small())
    with pytest.raises(UsageError, match=message):
        result.predict([image])


@pytest.mark.filterwarnings("ignore::cifar_pipe.PipelineWarning")
def test_a_gray_network_takes_the_files_of_colours_as_gray(image_folder: Path) -> None:
    result = run(small(load_data=gray_shapes()))
    assert result.transforms(image_folder / "test/dog/01.png").shape == (1, 1, 32, 32)


@pytest.mark.filterwarnings("ignore::cifar_pipe.PipelineWarning")
def test_a_result_has_the_metrics_the_history_and_the_page() -> None:
    result = run(small(evaluate={}, report={"path": "pages/mine.html"}))
    assert 0 <= result.metrics["evaluate"]["accuracy"] <= 1
    assert result.history[-1]["stage"] == "train"
    assert result.report == result.run_dir / "pages/mine.html"
    assert result.report.is_file()
    assert result.seconds > 0


@pytest.mark.filterwarnings("ignore::cifar_pipe.PipelineWarning")
def test_a_notebook_shows_a_table_and_a_link_to_the_page() -> None:
    result = run(small(evaluate={}))
    shown = result._repr_html_()
    accuracy = result.metrics["evaluate"]["accuracy"]
    assert f"<td>evaluate</td><td>accuracy {accuracy:.4g}" in shown
    assert f'href="{result.run_dir.as_posix()}/report.html"' in shown


def test_a_run_is_loaded_by_its_directory_or_its_name(tmp_path: Path) -> None:
    first, second = run(small()), run(small(), {"train.epochs": 2})
    assert load(first.run_dir).run_dir == first.run_dir
    assert load("small").run_dir in {first.run_dir, second.run_dir}
    assert (
        load(tmp_path / first.run_dir).model.state_dict().keys() == first.model.state_dict().keys()
    )


def test_a_run_is_loaded_from_any_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = run(small()).run_dir.absolute()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert Result(path).model.input_shape == (1, 12, 12)


def test_a_name_without_runs_is_refused_with_the_nearest() -> None:
    run(small())
    with pytest.raises(UsageError) as caught:
        load("smal")
    assert caught.value.help == ("did you mean `small`?",)


def test_weights_that_were_changed_are_refused() -> None:
    result = run(small())
    key = result.state["stages"]["train"]["key"]
    weights = Path("runs/.store") / key / "outputs/model.pth"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with (
        pytest.warns(PipelineWarning, match=r"model\.pth is not what was written"),
        pytest.raises(RunError, match="there are no weights of train"),
    ):
        load(result.run_dir).model  # noqa: B018


def test_a_run_without_a_network_says_so() -> None:
    pipeline = small()
    pipeline["stages"] = {"load_data": pipeline["stages"]["load_data"]}
    with pytest.raises(RunError, match="there are no weights of a network"):
        run(pipeline).model  # noqa: B018


def test_weights_that_the_run_has_saved_are_taken_where_the_kept_ones_are_gone() -> None:
    result = run(small(save={"path": "net.pth"}))
    shutil.rmtree("runs/.store")
    saved = torch.load(result.run_dir / "net.pth", weights_only=True)
    state = result.model.state_dict()
    assert all(torch.equal(state[name], value) for name, value in saved.items())


def test_weights_that_are_gone_are_told_with_what_to_do() -> None:
    result = run(small())
    shutil.rmtree("runs/.store")
    with pytest.raises(RunError, match="there are no weights of train") as caught:
        result.model  # noqa: B018
    assert "run the pipeline again" in caught.value.__notes__[0]


@pytest.mark.parametrize("stages", [{}, {"report": {"path": "pages/mine.html"}}])
def test_the_page_is_shown_in_a_frame_of_its_own(stages: dict[str, Any]) -> None:
    result = run(small(**stages) | {"description": "a <b>bold</b> one"})
    shown = result.page(height=300)._repr_html_()
    assert shown.count("<") == 2, "the page is an attribute of the frame"
    assert "height: 300px" in shown
    assert 'sandbox="allow-scripts allow-popups"' in shown
    assert "a &amp;lt;b&amp;gt;bold" in shown
