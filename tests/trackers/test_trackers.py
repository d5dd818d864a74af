"""Runs with trackers, read back with the readers of each."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.trackers.tracker import Ending, TrackedRun
from cifar_pipe.trackers.trackers import Trackers
from tests.conftest import Done
from tests.kit import RecordedEvents

PIPELINE = """\
version: 1
name: mine
trackers: [{trackers}]
stages:
  load_data:
    dataset: {{type: Shapes, image_shape: [1, 8, 8], num_classes: 3, train: 20, test: 10}}
    transforms: [ToTensor]
    batch_size: 10
  show_images: {{count: 2}}
  build_model: {{layers: [Flatten, {{type: Linear, out_features: 3}}]}}
  train: {{epochs: 2, loss: CrossEntropyLoss, optimizer: {{type: SGD, lr: 0.1}}}}
  evaluate: {{}}
"""

Run = Callable[..., "Tracked"]


class Tracked:
    """A run that has ended, and what it says itself."""

    def __init__(self, folder: Path, done: Done) -> None:
        self.folder = folder
        self.done = done
        self.state = json.loads((folder / "run.json").read_text())
        lines = (folder / "metrics.jsonl").read_text().splitlines()
        self.rows = [json.loads(line) for line in lines]
        self.accuracy = self.state["metrics"]["evaluate"]["accuracy"]


@pytest.fixture
def run(cli: Callable[..., Done], tmp_path: Path) -> Run:
    def run(trackers: str, *arguments: str, run_dir: str = "out") -> Tracked:
        (tmp_path / "mine.yaml").write_text(PIPELINE.format(trackers=trackers))
        done = cli("run", "mine.yaml", "--run-dir", run_dir, *arguments)
        assert done.status == 0, done.err
        return Tracked(tmp_path / run_dir, done)

    return run


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_the_curves_settings_and_metrics(run: Run) -> None:
    tracked = run("CSV")
    folder = tracked.folder / "trackers" / "csv"
    curves = table(folder / "curves.csv")
    assert [int(one["step"]) for one in curves] == [one["step"] for one in tracked.rows]
    assert [float(one["loss"]) for one in curves] == [one["loss"] for one in tracked.rows]
    settings = {one["setting"]: one["value"] for one in table(folder / "settings.csv")}
    assert settings["train.optimizer.lr"] == "0.1"
    metrics = {one["metric"]: one["value"] for one in table(folder / "metrics.csv")}
    assert float(metrics["evaluate/accuracy"]) == tracked.accuracy
    interval = [float(metrics[f"evaluate/accuracy_{end}"]) for end in ("low", "high")]
    assert interval == tracked.state["metrics"]["evaluate"]["accuracy_interval"]


def test_tensorboard_reads_the_curves_settings_metrics_and_pictures(run: Run) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    tracked = run("TensorBoard")
    read = EventAccumulator(str(tracked.folder / "trackers" / "tensorboard"))
    read.Reload()
    losses = read.Scalars("train/loss")
    assert [one.step for one in losses] == [one["step"] for one in tracked.rows]
    assert [one.value for one in losses] == pytest.approx([one["loss"] for one in tracked.rows])
    (accuracy,) = read.Scalars("evaluate/accuracy")
    assert accuracy.value == pytest.approx(tracked.accuracy)
    assert accuracy.step == tracked.rows[-1]["step"]
    pictures = {one.relative_to(tracked.folder / "stages") for one in tracked.folder.rglob("*.png")}
    pictures.remove(Path("evaluate/kept_images.png"))
    assert pictures
    assert set(read.Tags()["images"]) == {one.with_suffix("").as_posix() for one in pictures}
    (files,) = read.Tensors("files/text_summary")
    assert str(tracked.folder / "report.html") in files.tensor_proto.string_val[0].decode()
    content = read.summary_metadata["_hparams_/session_start_info"].plugin_data.content
    hparams = HParamsPluginData.FromString(content).session_start_info.hparams
    assert hparams["train.optimizer.lr"].number_value == 0.1
    assert "build_model.layers" not in hparams
    (settings,) = read.Tensors("settings/text_summary")
    assert "build_model.layers" in settings.tensor_proto.string_val[0].decode()


@pytest.mark.filterwarnings("ignore")  # MLflow's own, of the libraries that it uses
def test_mlflow_has_the_curves_settings_metrics_pictures_and_page(run: Run) -> None:
    from mlflow import MlflowClient

    tracked = run("{type: MLflow, uri: 'sqlite:///mlflow.db'}")
    client = MlflowClient(f"sqlite:///{tracked.folder.parent / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("mine")
    assert experiment is not None
    (found,) = client.search_runs([experiment.experiment_id])
    assert (found.info.run_name, found.info.status) == ("out", "FINISHED")
    losses = client.get_metric_history(found.info.run_id, "train/loss")
    expected = [(one["step"], one["loss"]) for one in tracked.rows]
    assert [(one.step, one.value) for one in losses] == expected
    assert found.data.metrics["evaluate/accuracy"] == tracked.accuracy
    assert found.data.params["train.optimizer.lr"] == "0.1"
    artifacts = {one.path for one in client.list_artifacts(found.info.run_id)}
    assert artifacts == {"report.html", "resolved.yaml", "stages"}
    pictures = client.list_artifacts(found.info.run_id, "stages/show_images")
    assert [one.path for one in pictures] == ["stages/show_images/images.png"]


@pytest.mark.filterwarnings("ignore")
def test_mlflow_keeps_files_beside_its_database(run: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    run(f"{{type: MLflow, uri: 'sqlite:///{tmp_path}/elsewhere/all.db'}}")
    assert len([*(tmp_path / "elsewhere" / "mlruns").rglob("report.html")]) == 1
    assert not (tmp_path / "mlruns").exists()


def records_of(path: Path) -> list[Any]:
    """What a .wandb file holds: blocks of 32 KiB with parts of records behind heads of 7 bytes, after a
    head of the file of 7 bytes (the log format of LevelDB).
    """
    from wandb.proto.wandb_internal_pb2 import Record

    content, at, records, whole = path.read_bytes(), 7, [], b""
    while at + 7 <= len(content):
        if 32768 - at % 32768 < 7:
            at += 32768 - at % 32768
            continue
        length, kind = int.from_bytes(content[at + 4 : at + 6], "little"), content[at + 6]
        whole += content[at + 7 : at + 7 + length]
        at += 7 + length
        # A whole record, or its last part.
        if kind in (1, 4):
            records.append(Record.FromString(whole))
            whole = b""
    return records


def values_of(items: Any) -> dict[str, Any]:
    return {"/".join(one.nested_key) or one.key: json.loads(one.value_json) for one in items}


@pytest.mark.filterwarnings("ignore")  # wandb's own
def test_wandb_has_the_curves_settings_metrics_pictures_and_page(run: Run) -> None:
    tracked = run("WandB")
    (place,) = (tracked.folder / "trackers" / "wandb").glob("offline-run-*")
    (path,) = place.glob("*.wandb")
    records = records_of(path)
    rows = [values_of(one.history.item) for one in records if one.HasField("history")]
    curve = [(one["train/step"], one["train/loss"]) for one in rows if "train/loss" in one]
    assert curve == [(one["step"], one["loss"]) for one in tracked.rows]
    begun = next(one.run for one in records if one.HasField("run"))
    assert (begun.project, begun.display_name) == ("mine", "out")
    assert values_of(begun.config.update)["train.optimizer.lr"] == 0.1
    summary: dict[str, Any] = {}
    for one in records:
        summary |= values_of(one.summary.update)
    assert summary["evaluate/accuracy"] == tracked.accuracy
    assert list((place / "files").rglob("images_*.png"))
    assert (place / "files" / "report.html").exists()
    assert "wandb" not in tracked.done.out + tracked.done.err


def test_results_that_are_reused_reach_a_tracker_too(run: Run) -> None:
    first = run("")
    again = run("CSV", run_dir="again")
    assert again.state["stages"]["train"]["status"] == "reused"
    curves = table(again.folder / "trackers" / "csv" / "curves.csv")
    assert [float(one["loss"]) for one in curves] == [one["loss"] for one in first.rows]
    assert "evaluate/accuracy" in (again.folder / "trackers" / "csv" / "metrics.csv").read_text()


def test_a_run_that_fails_is_tracked_to_its_end(
    cli: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yaml").write_text(PIPELINE.format(trackers="CSV"))

    def fail(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("cifar_pipe.stages.evaluate.run.run", fail)
    assert cli("run", "mine.yaml", "--run-dir", "out").status != 0
    assert len(table(tmp_path / "out" / "trackers" / "csv" / "curves.csv")) >= 2


class Faulty:
    """It is told of everything, and fails at one time."""

    def __init__(self, run: TrackedRun, fails: str, told: list[str]) -> None:
        self._fails, self._told = fails, told
        self._tell("begin")

    def _tell(self, what: str) -> None:
        self._told.append(what)
        if what == self._fails:
            raise ConnectionError(f"no answer to {what}\nfrom the server")

    def log(self, stage: str, step: int, values: Mapping[str, float]) -> None:
        self._tell(f"{stage} {step}")

    def end(self, ending: Ending) -> None:
        self._tell("end")


@pytest.mark.parametrize(
    ("fails", "expected"),
    [
        ("begin", ["begin"]),
        ("train 1", ["begin", "train 1"]),
        ("end", ["begin", "train 1", "train 2", "end"]),
    ],
)
def test_what_fails_in_a_tracker_is_one_warning(
    fails: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    events = RecordedEvents()
    monkeypatch.setattr(
        "cifar_pipe.trackers.trackers.build", lambda _, run: Faulty(run, fails, told)
    )
    trackers = Trackers(events)
    trackers.begin([make("tracker", "CSV")], "mine", tmp_path, {})
    for step in (1, 2, 2):
        trackers.log({"stage": "train", "step": step, "loss": 1.0})
    trackers.end({"status": "done"}, tmp_path)
    assert told == expected
    assert events.warnings == [
        f"CSV failed, and this run continues without it: no answer to {fails}"
    ]


def test_rows_that_are_written_again_are_told_once(tmp_path: Path) -> None:
    trackers = Trackers(RecordedEvents())
    trackers.begin([make("tracker", "CSV")], "mine", tmp_path, {})
    for loss in (1.0, 0.5, 1.0, 0.5):
        trackers.log({"stage": "train", "step": 1, "loss": loss, "note": "text", "more": [3]})
    trackers.end({"status": "done"}, tmp_path)
    rows = table(tmp_path / "trackers" / "csv" / "curves.csv")
    assert [one["loss"] for one in rows] == ["1.0", "0.5"]
    assert rows[0] == {"stage": "train", "step": "1", "loss": "1.0", "more/0": "3"}
