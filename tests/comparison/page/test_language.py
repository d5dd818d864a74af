"""Pages of comparisons in Chinese: which ones are, and that no English is left on them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cifar_pipe.comparison.page.changed_images import changed_images
from cifar_pipe.comparison.page.pages import comparison_page, why_page
from cifar_pipe.comparison.runs import compare
from cifar_pipe.comparison.tables import lines
from tests.comparison.kit import make_run
from tests.comparison.page.test_pages import with_matrix
from tests.comparison.why.kit import answered, question
from tests.comparison.why.test_tables import MEASURED
from tests.kit import RecordedEvents
from tests.report.test_language import english_in

# What pages name as the runs' files do has one word: `train.optimizer.lr`.
WORDS = re.compile(r"[A-Za-z']{2,}(?: [A-Za-z']{2,})+")


def assert_chinese(page: str) -> None:
    assert english_in(page) == []
    shown = re.sub(r"(?s)<(style|script|code)\b.*?</\1>", "", page)
    # The attributes that are read out.
    read = re.findall(r'(?:aria-label|alt|title)="([^"]*)"', shown)
    text = re.sub(r"(?s)<[^>]*>", "\n", shown)
    assert [one for part in (text, *read) for one in WORDS.findall(part)] == []


def in_chinese(run: Path) -> Path:
    resolved = run / "resolved.yaml"
    resolved.write_text(resolved.read_text().replace("report: {}", "report: {language: zh}"))
    return run


def test_runs_of_all_kinds_are_compared_in_chinese(tmp_path: Path) -> None:
    stand_in = {"dataset": "Shapes", "stand_in": True, "train": 40, "test": 20}
    answers = [("cat", "cat" if at % 2 else "dog") for at in range(20)]
    runs = [
        make_run(tmp_path / "a", answers=answers),
        make_run(tmp_path / "b", lr=0.1, accuracy=0.7, answers=[("cat", "cat")] * 20),
        make_run(tmp_path / "c", lr=0.2, data=stand_in, status="failed", versions={"torch": "2"}),
        *(make_run(tmp_path / f"s{seed}", lr=0.3, seed=seed) for seed in range(2)),
    ]
    runs = [in_chinese(with_matrix(one, 4 + at)) for at, one in enumerate(runs)]
    for change in ("log_every: 5", "batch_size: 4"):
        resolved = runs[1] / "resolved.yaml"
        resolved.write_text(resolved.read_text().replace(change, f"{change}0"))
    found, events = compare(runs), RecordedEvents()
    images = changed_images(found, events)
    page = comparison_page(found, images=images)
    assert events.notes == []
    assert [len(one.pictures) for one in images] == [1]
    assert_chinese(page)
    for words in (
        "<h1>运行比较：lenet</h1>",
        "B 判对而 A 判错的有 10 张图像",
        "替代数据 Shapes",
        "随机种子 0、1",
        "train 的训练损失",
        "误判为",
        "以下设置也不同，但不影响这里的结果：train.log_every",
    ):
        assert words in page
    # The terminal speaks English.
    assert "setting" in " ".join(lines(found))


@pytest.mark.parametrize("folds", [None, 2])
def test_a_series_is_shown_in_chinese(tmp_path: Path, folds: int | None) -> None:
    runs = []
    for at in range(2):
        data = {"dataset": "Shapes", "fold": {"number": at + 1, "of": 2}} if folds else {}
        seed = 0 if folds else at
        run = make_run(tmp_path / str(at), seed=seed, data=data, accuracy=0.5 + at / 10)
        if folds:
            resolved = run / "resolved.yaml"
            fold = f"batch_size: 4\n    fold: {{number: {at + 1}, of: 2}}"
            resolved.write_text(resolved.read_text().replace("batch_size: 4", fold))
        runs.append(in_chinese(run))
    page = comparison_page(compare(runs))
    assert_chinese(page)
    assert ("随机种子 0 的 2 折" if folds else "随机种子 0、1") in page


@pytest.mark.parametrize("measured", [one for one, _ in MEASURED])
def test_the_shares_of_settings_are_told_in_chinese(
    tmp_path: Path, measured: dict[str, tuple[float, ...]]
) -> None:
    answer = answered(question(tmp_path), measured)
    page = why_page(answer, language="zh")
    assert_chinese(page)
    assert "<h1>lenet 的结果为何不同</h1>" in page


def test_without_a_choice_it_is_the_language_of_all_runs_or_else_english(tmp_path: Path) -> None:
    english, chinese, other = (
        make_run(tmp_path / "a"),
        in_chinese(make_run(tmp_path / "b", lr=0.1)),
        in_chinese(make_run(tmp_path / "c", lr=0.2)),
    )
    assert compare([chinese, other]).language == "zh"
    mixed = compare([english, chinese])
    assert mixed.language == "en"
    assert '<html lang="en">' in comparison_page(mixed)
    assert_chinese(comparison_page(mixed, language="zh"))
    assert question(tmp_path / "why").language == "en"
