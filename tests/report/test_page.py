from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.drawing import Drawings, _job
from cifar_pipe.report.page import HERE, render, undrawn, write_page
from tests.report.conftest import charts

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Page(HTMLParser):
    """Collects the page's tags and texts, and checks that every tag is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).replace("\u00a0", " ").split())

    def ids(self) -> set[str]:
        return {attributes["id"] for _, attributes in self.tags if attributes.get("id")}


SECTIONS = {
    "data",
    "model",
    "training",
    "predictions",
    "evaluation",
    "stages",
    "environment",
    "pipeline",
}


def test_a_whole_run_has_every_section(run_dir: Path) -> None:
    page = Page(render(run_dir))
    assert page.ids() >= SECTIONS
    for words in (
        "cifar10_lenet", "57.4 %", "5,738 of 10,000 right", "62,006 parameters", "SGD, lr 0.001",
        "50,000 train and 10,000 test images of 10 classes", "torch", "2.14.1",
        "cifar-pipe run pipelines/cifar10_lenet.yaml -S seed=0", "2 of 4 images of the test split",
    ):  # fmt: skip
        assert words in page.words


def test_the_contents_lead_to_every_section(run_dir: Path) -> None:
    text = render(run_dir)
    contents = text[text.index("<nav") : text.index("</nav>")]
    sections = [attributes["id"] for tag, attributes in Page(text).tags if tag == "section"]
    assert re.findall(r'href="#([^"]+)"', contents) == sections


def test_the_contents_know_every_section_of_the_template() -> None:
    template = (HERE / "page.html.j2").read_text()
    named = re.findall(r'\("(\w+)", _\("[^"]+"\), ', template[: template.index("<nav")])
    assert named == re.findall(r'<section id="(\w+)"', template)


def test_the_page_loads_nothing(run_dir: Path) -> None:
    text = render(run_dir)
    for tag, attributes in Page(text).tags:
        assert tag not in ("link", "iframe", "object", "embed")
        for name in ("src", "href", "srcset", "data", "poster"):
            value = attributes.get(name) or "data:"
            # A link leads to a file of this run or of another one, and loads nothing by itself.
            is_file = tag == "a" and not re.match("[a-z]+:|/", value)
            assert value.startswith(("data:", "#")) or is_file, (tag, name, value)
        assert not any(name.startswith("on") for name in attributes)
    assert "@import" not in text
    assert "url(" not in text
    assert "default-src 'none'" in text


def library_alone(charts: Mapping[str, Chart]) -> Callable[[], Drawings]:
    return lambda: Drawings(library="window.vegaEmbed = null;")


@pytest.mark.parametrize("drawn", [False, True])
def test_the_policy_lets_no_script_run_but_the_page_s_own(run_dir: Path, drawn: bool) -> None:
    text = render(run_dir, draw=library_alone if drawn else undrawn)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts]
    assert len(scripts) == 1 + drawn
    allowed = re.findall(r"'sha256-([^']+)'", text[: text.index("<title>")])
    assert sorted(allowed) == sorted(digests)


def test_every_picture_has_words_for_those_who_do_not_see_it(run_dir: Path) -> None:
    tags = Page(render(run_dir)).tags
    assert all(attributes.get("alt") for tag, attributes in tags if tag == "img")


def test_every_chart_has_a_summary_and_its_values_in_a_table(run_dir: Path) -> None:
    def one_picture(charts: Mapping[str, Chart]) -> Callable[[], Drawings]:
        drawn = Drawings({_job(one): "<svg ></svg>" for one in charts.values()}, "library")
        return lambda: drawn

    tags = Page(render(run_dir, draw=one_picture)).tags
    figures = [attributes for tag, attributes in tags if tag == "figure"]
    shown = [one for one in figures if one.get("class") == "chart"]
    stills = [attributes for _, attributes in tags if attributes.get("class") == "still"]
    assert len(shown) == len(stills) > 0
    assert all(one["role"] == "img" and one["aria-label"] for one in stills)
    assert all("aria-hidden" in one for tag, one in tags if tag == "svg")
    tables = [
        one["aria-label"] for _, one in tags if str(one.get("aria-label")).startswith("values")
    ]
    assert len(tables) == len(shown)


def test_without_pictures_a_page_says_why_and_shows_the_values(run_dir: Path) -> None:
    text = render(run_dir, draw=lambda _: lambda: Drawings(lack="charts need something"))
    assert "Charts need something." in text
    assert Page(text).words.count("Values of loss") == 1
    assert "<svg" not in text


def test_the_page_is_written_with_the_charts_that_can_be_drawn(run_dir: Path) -> None:
    text = write_page(run_dir, draw=library_alone).read_text()
    assert "window.vegaEmbed = null;" in text
    assert '"group":"train"' in text


def test_names_are_text_and_never_markup(make_run: Callable[..., Path]) -> None:
    evil = '<script>alert("1")</script>&amp;'
    run_dir = make_run(classes=[evil, "b'\"<", *"cdefghij"], pipeline=f"name: x\n# {evil}\n")
    run = json.loads((run_dir / "run.json").read_text())
    run |= {"name": evil, "description": evil, "command": evil, "status": "failed", "error": evil}
    run["stages"]["train"] |= {"status": "failed", "reason": evil}
    (run_dir / "run.json").write_text(json.dumps(run))
    text = render(run_dir, title=evil)
    page = Page(text)
    assert text.count("<script") == 1
    assert [attributes for tag, attributes in page.tags if tag == "script"] == [{}]
    assert evil in page.words


@pytest.mark.parametrize("missing", [
    "run.json", "metrics.jsonl", "pipeline.yaml", "resolved.yaml", "stages",
    "stages/load_data", "stages/show_images", "stages/build_model", "stages/build_model/layers.json",
    "stages/build_model/network.txt", "stages/train", "stages/predict",
    "stages/predict/predictions.json", "stages/evaluate", "stages/evaluate/metrics.json",
    "stages/evaluate/confusion_matrix.csv", "stages/show_images/images.json",
])  # fmt: skip
def test_every_part_may_be_missing(run_dir: Path, missing: str) -> None:
    path = run_dir / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert Page(render(run_dir)).tags[0] == ("html", {"lang": "en"})


def test_every_part_may_be_cut_off(run_dir: Path) -> None:
    for path in [
        p for p in run_dir.rglob("*.*") if p.suffix in (".json", ".jsonl", ".csv", ".yaml")
    ]:
        whole = path.read_bytes()
        for share in (0, 2, 3):
            path.write_bytes(whole[: len(whole) * share // 4])
            assert Page(render(run_dir)).tags[0] == ("html", {"lang": "en"})
        path.write_bytes(whole)


def test_an_empty_directory_is_a_page_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "fresh").mkdir()
    page = Page(render(tmp_path / "fresh"))
    assert "fresh" in page.words
    assert not page.ids() & SECTIONS


def test_without_an_evaluation_there_is_no_accuracy(run_dir: Path) -> None:
    shutil.rmtree(run_dir / "stages" / "evaluate")
    run = json.loads((run_dir / "run.json").read_text())
    (run_dir / "run.json").write_text(json.dumps({**run, "metrics": {}}))
    page = Page(render(run_dir))
    assert "evaluation" not in page.ids()
    assert "training loss" in page.words


def test_metrics_of_a_reused_stage_are_taken_from_the_run(run_dir: Path) -> None:
    shutil.rmtree(run_dir / "stages" / "evaluate")
    assert "57.4 %" in Page(render(run_dir)).words


def test_several_stages_of_a_kind_appear_under_their_ids(run_dir: Path) -> None:
    for kind in ("train", "evaluate"):
        shutil.copytree(run_dir / "stages" / kind, run_dir / "stages" / f"{kind}_more")
    page = Page(render(run_dir))
    for name in ("train", "train_more", "evaluate", "evaluate_more"):
        assert name in page.words
    assert {"evaluate_confusion_matrix", "evaluate_more_confusion_matrix", "train_loss"} <= charts(
        run_dir
    ).keys()


def test_the_head_shows_the_test_split_even_if_another_was_measured_last(run_dir: Path) -> None:
    later = run_dir / "stages" / "evaluate_train"
    shutil.copytree(run_dir / "stages" / "evaluate", later)
    metrics = json.loads((later / "metrics.json").read_text())
    (later / "metrics.json").write_text(json.dumps({**metrics, "split": "train", "accuracy": 0.99}))
    page = Page(render(run_dir))
    assert "test accuracy 57.4 %" in page.words


def test_a_stand_in_is_reported_before_the_figures(make_run: Callable[..., Path]) -> None:
    words = Page(render(make_run(stand_in=True))).words
    assert words.index("NOT CIFAR10") < words.index("57.4 %")
    assert "they are not results on CIFAR10" in words
    assert "test accuracy on Shapes" in words


def test_a_stand_in_is_reported_even_if_only_run_json_is_left(
    make_run: Callable[..., Path],
) -> None:
    run_dir = make_run(stand_in=True)
    shutil.rmtree(run_dir / "stages")
    assert "NOT CIFAR10" in Page(render(run_dir)).words


def test_without_a_stand_in_there_is_no_banner(run_dir: Path) -> None:
    assert 'role="note"' not in render(run_dir)


@pytest.mark.parametrize(
    ("status", "words"),
    [("failed", "This run failed."), ("interrupted", "This run was interrupted.")],
)
def test_a_run_that_did_not_end_well_says_so_at_the_top(
    make_run: Callable[..., Path], status: str, words: str
) -> None:
    run_dir = make_run(status=status)
    run = json.loads((run_dir / "run.json").read_text())
    run["stages"]["train"] |= {"status": status, "reason": "the loss became NaN at step 12"}
    (run_dir / "run.json").write_text(json.dumps(run))
    page = Page(render(run_dir)).words
    assert page.index(words) < page.index("57.4 %")
    assert "It ended in the stage train: the loss became NaN at step 12." in page


def test_a_run_that_still_runs_causes_no_alarm(make_run: Callable[..., Path]) -> None:
    page = render(make_run(status="running"))
    assert "running" in Page(page).words
    assert 'role="note"' not in page


def test_whoever_knows_that_a_run_was_killed_may_say_so(make_run: Callable[..., Path]) -> None:
    assert "This run was killed." in Page(render(make_run(status="running"), status="killed")).words


def test_validation_and_a_changing_learning_rate_are_drawn(make_run: Callable[..., Path]) -> None:
    run_dir = make_run(val=True, epochs=3, steps=352, every=50)
    assert set(charts(run_dir)) == {
        "loss", "accuracy", "learning_rate", "per_class_accuracy", "confusion_matrix",
    }  # fmt: skip


def test_the_page_is_small_and_quick(run_dir: Path) -> None:
    render(run_dir)
    start = time.perf_counter()
    page = render(run_dir)
    assert time.perf_counter() - start < 0.5
    assert len(page) < 500_000


def test_unequal_classes_are_shown_one_by_one(run_dir: Path) -> None:
    path = run_dir / "stages" / "load_data" / "data.json"
    data = json.loads(path.read_text())
    data["per_class"]["train"]["cat"] = 4321
    path.write_text(json.dumps(data))
    words = Page(render(run_dir)).words
    assert "4,321" in words
    assert "Every class has the same number" not in words


def test_numbers_of_the_log_that_are_not_finite_are_left_out(run_dir: Path) -> None:
    with (run_dir / "metrics.jsonl").open("a") as file:
        file.write('{"stage": "train", "epoch": 2, "step": 25000, "loss": NaN}\n{"stage": "tr')
    assert not re.search(r"\bnan\b", Page(render(run_dir)).words, re.IGNORECASE)
