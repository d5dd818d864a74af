"""Runs with tiny data, of which each leaves a page: one function per page, in `PAGES`."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cifar_pipe import run
from cifar_pipe.errors import Interrupted
from tests.conftest import ROOT
from tests.kit import Bar, RecordedEvents
from tests.test_untrusted_names import FILE_NAME, MARKS, NAME

Cli = Callable[..., int]
SIGNAL = signal.signal

CLASSES = ("plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
CHINESE = ("飞机", "汽车", "鸟", "猫", "鹿", "狗", "青蛙", "马", "船", "卡车")
LONG = tuple(
    f"order Passeriformes, family Muscicapidae, species {n} of the genus" for n in range(100)
)
COLOUR = (3, 32, 32)
LENET = "pipelines/cifar10_lenet.yaml"


def shapes(
    shape: Sequence[int] = (1, 28, 28), *, classes: int = 10, train: int = 1000, test: int = 80
) -> dict[str, Any]:
    images = {"image_shape": shape, "num_classes": classes}
    return {"type": "Shapes", **images, "train": train, "test": test}


def overrides(**settings: Any) -> list[str]:
    """`train__lr=0.1` becomes `-S train.lr=0.1`."""
    pairs = (f"{key.replace('__', '.')}={json.dumps(one)}" for key, one in settings.items())
    return [word for pair in pairs for word in ("-S", pair)]


def lenet(cli: Cli, *arguments: str, run_dir: str | None = "run", **settings: Any) -> int:
    """The tutorial's classifier on drawn shapes."""
    whole = {"load_data__dataset": shapes(COLOUR), "train__log_every": 10, **settings}
    place = ("--run-dir", run_dir) if run_dir else ()
    return cli("run", str(ROOT / LENET), *overrides(**whole), *place, *arguments)


def layers(classes: int = 10) -> list[Any]:
    convolution = {"type": "Conv2d", "out_channels": 16, "kernel_size": 5}
    pooling = {"type": "MaxPool2d", "kernel_size": 4}
    return [convolution, "ReLU", pooling, "Flatten", {"type": "Linear", "out_features": classes}]


def small(**stages: Any) -> dict[str, Any]:
    """A pipeline with a small network, which learns some of its ten classes in 4 epochs."""
    own = {
        "load_data": {
            "dataset": shapes(),
            "classes": list(CLASSES),
            "transforms": ["ToTensor"],
            "batch_size": 20,
            "validation_split": 0.1,
        },
        "show_images": {},
        "build_model": {"layers": layers()},
        "train": {
            "epochs": 4,
            "loss": "CrossEntropyLoss",
            "optimizer": {"type": "Adam", "lr": 0.003},
            "monitor": "val_accuracy",
        },
        "evaluate": {"metrics": ["accuracy", "per_class_accuracy", "confusion_matrix"]},
    }
    return {"version": 1, "name": "small", "stages": {**own, **stages}}


def load_data(**changed: Any) -> dict[str, Any]:
    return {**small()["stages"]["load_data"], **changed}


def write_pipeline(pipeline: Mapping[str, Any]) -> str:
    """JSON is YAML too."""
    Path("pipeline.yaml").write_text(json.dumps(pipeline), encoding="utf-8")
    return "pipeline.yaml"


def main_job(cli: Cli) -> Path:
    assert lenet(cli) == 0
    return Path("run/report.html")


def resnet(cli: Cli) -> Path:
    few = shapes(COLOUR, train=64, test=32)
    settings = overrides(load_data__dataset=few, load_data__batch_size=32, train__epochs=2)
    pipeline = str(ROOT / "pipelines/networks/resnet20.yaml")
    assert cli("run", pipeline, *settings, "--run-dir", "run") == 0
    return Path("run/report.html")


def hundred_classes(cli: Cli) -> Path:
    data = load_data(dataset=shapes(classes=100, train=300, test=500), classes=list(LONG))
    pipeline = small(load_data=data, build_model={"layers": layers(100)})
    assert cli("run", write_pipeline(pipeline), "--run-dir", "run") == 0
    return Path("run/report.html")


def chinese(cli: Cli) -> Path:
    pipeline = small(load_data=load_data(classes=list(CHINESE)))
    pipeline |= {"name": "图像分类", "description": "十个类别的小图像。"}
    assert cli("run", write_pipeline(pipeline), "--run-dir", "run") == 0
    return Path("run/report.html")


def failed(cli: Cli) -> Path:
    """After the training, where a folder has the name of the file to save."""
    Path("run/net.pth/old").mkdir(parents=True)
    pipeline = small(save={"path": "net.pth"})
    assert cli("run", write_pipeline(pipeline), "--run-dir", "run") == 3
    return Path("run/report.html")


def diverged(cli: Cli) -> Path:
    assert lenet(cli, train__optimizer__lr=1e6) in (0, 3)
    return Path("run/report.html")


class Stopping(RecordedEvents):
    """Sends Ctrl-C once, in the middle of the training."""

    def progress(self, label: str, total: int | None) -> Bar:
        bar, is_sent = super().progress(label, total), False
        advance = bar.advance

        def advanced(count: int = 1, **shown: Any) -> None:
            nonlocal is_sent
            advance(count, **shown)
            if bar.done >= 70 and not is_sent:
                is_sent = True
                os.kill(os.getpid(), signal.SIGINT)

        if label.startswith("train"):
            bar.advance = advanced  # type: ignore[method-assign]
        return bar


def interrupted(_: Cli) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        # The signals are this run's own.
        patch.setattr("signal.signal", SIGNAL)
        with pytest.raises(Interrupted):
            run(small(), run_dir="run", events=Stopping())
    assert json.loads(Path("run/run.json").read_text())["status"] == "interrupted"
    return Path("run/report.html")


def stand_in(cli: Cli) -> Path:
    """Of a data set that is elsewhere, where nothing can be reached."""

    def unreachable(*_: Any, **__: Any) -> None:
        raise OSError("no connection")

    data = {"type": "CIFAR10", "root": "data", "download": True, "stand_in": shapes(COLOUR)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("socket.create_connection", unreachable)
        pipeline = small(load_data=load_data(dataset=data))
        assert cli("run", write_pipeline(pipeline), "--run-dir", "run") == 0
    return Path("run/report.html")


def five_trainings(cli: Cli) -> Path:
    stages = {}
    for number, lr in enumerate((0.0001, 0.0003, 0.001, 0.003, 0.01)):
        optimizer = {"type": "Adam", "lr": lr}
        stages[f"with_lr_{number}"] = {
            "type": "train",
            "from": {"model": "build_model"},
            "epochs": 2,
            "loss": "CrossEntropyLoss",
            "optimizer": optimizer,
        }
        if number in (0, 4):
            stages[f"evaluate_{number}"] = {"type": "evaluate"}
    pipeline = small()
    of_one = ("load_data", "show_images", "build_model")
    pipeline["stages"] = {**{one: pipeline["stages"][one] for one in of_one}, **stages}
    assert cli("run", write_pipeline(pipeline), "--run-dir", "run") == 0
    return Path("run/report.html")


def folds(cli: Cli) -> Path:
    assert cli("run", write_pipeline(small()), "--folds", "2") == 0
    return next(Path("runs").glob("**/*-folds-*.html"))


def seeds(cli: Cli) -> Path:
    assert cli("run", write_pipeline(small()), "--seeds", "0..1") == 0
    return next(Path("runs").glob("**/*-seeds-*.html"))


def comparison(cli: Cli) -> Path:
    pipeline = write_pipeline(small())
    with pytest.MonkeyPatch.context() as patch:
        # Their own pages are not looked at.
        patch.setenv("CIFAR_PIPE_CHARTS", "off")
        for name, lr in (("a", 0.0003), ("b", 0.003), ("c", 0.01)):
            settings = overrides(train__optimizer__lr=lr)
            assert cli("run", pipeline, "--run-dir", name, *settings) == 0
    assert cli("compare", "a", "b", "c", "--page", "compared.html") == 0
    return Path("compared.html")


def two_in_chinese(cli: Cli) -> None:
    """`a` and `b`, whose pipelines ask for Chinese pages."""
    data = load_data(classes=list(CHINESE))
    pipeline = write_pipeline(small(load_data=data, report={"language": "zh"}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CIFAR_PIPE_CHARTS", "off")
        for name, lr, epochs in (("a", 0.0003, 4), ("b", 0.003, 3)):
            settings = overrides(train__optimizer__lr=lr, train__epochs=epochs)
            assert cli("run", pipeline, "--run-dir", name, *settings) == 0


def chinese_comparison(cli: Cli) -> Path:
    two_in_chinese(cli)
    assert cli("compare", "a", "b", "--page", "compared.html") == 0
    return Path("compared.html")


def chinese_why(cli: Cli) -> Path:
    two_in_chinese(cli)
    assert cli("why", "a", "b", "--seeds", "2") == 0
    return next(Path("runs").glob("*.why/*/why.html"))


def hostile(cli: Cli) -> Path:
    """Markup and what terminals obey, in the name, the description, and the names of classes and files."""
    class_name, file_name = os.fsdecode(FILE_NAME), os.fsdecode(FILE_NAME + b".png")
    for split, count in (("train", 8), ("test", 6)):
        for number, name in enumerate((class_name, "dog", "frog")):
            folder = Path("images", split, name)
            folder.mkdir(parents=True)
            for index in range(count):
                path = folder / (file_name if index == 0 else f"{index}.png")
                with path.open("wb") as file:
                    colour = (80 * number, 20 * index, 90 * index % 255)
                    Image.new("RGB", (32, 32), colour).save(file, "PNG")
    data = {"type": "ImageFolder", "root": "images"}
    pipeline = small(
        load_data=load_data(dataset=data, classes=None, batch_size=4),
        build_model={"layers": layers(3)},
        report={"title": MARKS},
    )
    pipeline["description"] = NAME.replace("\n", " ")
    assert cli("run", write_pipeline(pipeline), "--run-dir", "run") == 0
    return Path("run/report.html")


PAGES: Mapping[str, Callable[[Cli], Path]] = {
    "main job": main_job,
    "resnet": resnet,
    "100 classes": hundred_classes,
    "chinese": chinese,
    "failed": failed,
    "diverged": diverged,
    "interrupted": interrupted,
    "stand-in": stand_in,
    "five trainings": five_trainings,
    "folds": folds,
    "seeds": seeds,
    "comparison": comparison,
    "chinese comparison": chinese_comparison,
    "chinese why": chinese_why,
    "hostile": hostile,
}
