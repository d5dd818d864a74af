from __future__ import annotations

import base64
from pathlib import Path

from PIL import Image

from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.pictures import predictions, samples


def test_samples_have_their_labels_in_words(run_dir: Path) -> None:
    [picture] = samples(RunFolder(run_dir))
    assert picture.id == "show_images"
    assert picture.caption == "Images of the train split"
    assert picture.alt == "Images of the train split: plane, car, bird, cat"
    assert [one.alt for one in picture.tiles] == ["plane", "car", "bird", "cat"]
    assert picture.uri == ""


def test_a_picture_of_unknown_parts_is_shown_whole(run_dir: Path) -> None:
    path = run_dir / "stages" / "show_images" / "images.png"
    with Image.open(path) as image:
        image.crop((0, 0, 9, 9)).save(path)
    [picture] = samples(RunFolder(run_dir))
    content = base64.b64encode(path.read_bytes()).decode()
    assert (picture.uri, picture.tiles) == (f"data:image/png;base64,{content}", [])


def test_predictions_say_how_many_are_right(run_dir: Path) -> None:
    [picture] = predictions(RunFolder(run_dir))
    assert picture.caption == "2 of 4 images of the test split are right"
    first, second, *_ = picture.alt.replace("\u00a0", " ").split("; ")
    assert first == "plane rightly taken for plane (90.0 %)"
    assert second == "car wrongly taken for plane (79.0 %)"


def test_pictures_without_rows_have_a_plain_caption(run_dir: Path) -> None:
    (run_dir / "stages" / "predict" / "predictions.json").unlink()
    (run_dir / "stages" / "show_images" / "images.json").unlink()
    folder = RunFolder(run_dir)
    assert [one.caption for one in predictions(folder)] == ["Predictions"]
    assert [one.caption for one in samples(folder)] == ["Images"]
