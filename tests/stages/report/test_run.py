from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from cifar_pipe.context import Context
from cifar_pipe.report.charts.drawing import Drawings, _png_job
from cifar_pipe.stages.report.run import finish, run
from cifar_pipe.stages.report.spec import Report
from tests import kit
from tests.report.conftest import fabricate


@pytest.fixture
def context(events: kit.RecordedEvents, tmp_path: Path) -> Context:
    return kit.context(events, fabricate(tmp_path / "run", status="running"), stage="report")


def test_the_stage_writes_the_page_and_the_charts(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG")
    png = base64.b64encode(buffer.getvalue()).decode()
    monkeypatch.setattr(
        "cifar_pipe.stages.report.run.begin_drawing",
        lambda charts, *, files: (
            lambda: Drawings({_png_job(one): png for one in charts.values()}, "library")
        ),
    )
    files = run(Report(), {}, context)["files"]
    names = {path.name for path in files}
    assert names == {"report.html", "loss.png", "per_class_accuracy.png", "confusion_matrix.png"}
    assert files[0] == context.run_dir / "report.html"
    assert context.events.notes == []
    for path in files[1:]:
        with Image.open(io.BytesIO(path.read_bytes())) as picture:
            assert picture.width == 4


def test_path_and_title_are_taken(context: Context) -> None:
    files = run(Report(path="pages/lenet.html", title="Mine & yours"), {}, context)["files"]
    assert files[0] == context.run_dir / "pages" / "lenet.html"
    assert "<title>Mine &amp; yours</title>" in files[0].read_text()


def test_the_language_is_taken(context: Context) -> None:
    files = run(Report(language="zh"), {}, context)["files"]
    assert '<html lang="zh-CN">' in files[0].read_text()


def test_a_run_says_in_english_why_a_page_in_another_language_has_no_charts(
    context: Context,
) -> None:
    page = run(Report(language="zh"), {}, context)["files"][0]
    assert context.events.notes[0].startswith("charts are off (CIFAR_PIPE_CHARTS)")
    assert "图表已关闭" in page.read_text()


def test_the_end_of_the_run_writes_the_page_again(context: Context) -> None:
    page = run(Report(), {}, context)["files"][0]
    path = context.run_dir / "run.json"
    path.write_text(path.read_text().replace('"running"', '"interrupted"'))
    finish(Report(), context)
    assert "This run was interrupted." in page.read_text()
