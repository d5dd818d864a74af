from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from cifar_pipe.report.page import HERE, render
from cifar_pipe.report.sections.confusion_table import confusion_table, most_confused
from cifar_pipe.report.sections.mistakes import Shown
from cifar_pipe.report.tables.answer_table import Answer
from tests.report.sections.test_mistakes import add_answers

COUNTS = [[60, 40], [1, 9]]


def test_a_cell_has_its_count_its_share_of_the_row_and_a_shade() -> None:
    table = confusion_table("x", ("cat", "dog"), COUNTS, {})
    cells = [cell for _, row in table.rows for cell in row]
    assert [cell.amount for cell in cells] == ["60", "40", "1", "9"]
    assert [cell.share.replace("\u00a0", " ") for cell in cells] == [
        "60.0 %", "40.0 %", "10.0 %", "90.0 %",
    ]  # fmt: skip
    assert [cell.shade for cell in cells] == [7, 6, 4, 8]
    assert [cell.is_right for cell in cells] == [True, False, False, True]
    assert [shade for shade, _ in table.legend] == list(range(1, 9))


def test_only_a_cell_with_kept_images_leads_to_them() -> None:
    shown = [Shown("data:,", Answer(3, "cat", "dog", 0.5, 2.0))]
    table = confusion_table("x", ("cat", "dog"), COUNTS, {("cat", "dog"): shown})
    cells = [cell for _, row in table.rows for cell in row]
    assert [cell.panel for cell in cells] == ["", "x-0-1", "", ""]
    assert [(panel.id, panel.images) for panel in table.panels] == [("x-0-1", shown)]


def test_the_page_has_a_panel_for_each_link(run_dir: Path) -> None:
    add_answers(run_dir)
    (run_dir / "stages/evaluate/confusion_matrix.csv").write_text(
        ",<b>cat,dog\n<b>cat,13,7\ndog,7,13\n"
    )
    page = render(run_dir)
    links = set(re.findall(r'href="#(shown-[^"]+)"', page))
    assert len(links) == 4
    assert links == set(re.findall(r'class="panel" id="([^"]+)"', page))


def test_of_many_classes_the_most_confused_come_first_and_the_rest_is_said() -> None:
    counts = [[10 * (i == j) for j in range(40)] for i in range(40)]
    counts[30][7], counts[5][6] = 9, 3
    assert most_confused(counts)[:4] == [30, 7, 5, 6]
    table = confusion_table("x", [f"c{i}" for i in range(40)], counts, {})
    assert len(table.rows) == 20
    assert table.left_out.startswith(
        "The 20 classes that are confused most, of 40: 12 of 12 mistakes are between them."
    )
    assert table.others == ["0"] * 20


def test_a_page_of_many_classes_keeps_the_picture_of_all(make_run: Callable[..., Path]) -> None:
    page = render(make_run(classes=[f"class {i}" for i in range(40)]))
    assert "20 classes are left out here" in page
    assert "All 40 classes" in page


def _luminance(colour: Sequence[float]) -> float:
    """Of sRGB, as WCAG 2 defines it."""
    parts = (one / 255 for one in colour)
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("hue", ["accent", "second"])
def test_every_shade_has_the_contrast_that_text_needs(theme: str, hue: str) -> None:
    css = (HERE / "page.css").read_text()
    light, dark = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[:2]
    colours = {
        name: [int(value[i : i + 2], 16) for i in (0, 2, 4)]
        for name, value in re.findall(
            r"--([\w-]+): #(\w{6});", light if theme == "light" else light + dark
        )
    }
    shades = re.findall(r"\.s\d \{ background: .*?(?:(\d+)%.*?)?\}", css)
    assert len(shades) == 8
    for index, share in enumerate(shades):
        part = int(share or 100) / 100
        ground = [
            part * a + (1 - part) * b for a, b in zip(colours[hue], colours["surface"], strict=True)
        ]
        ink = colours["ink" if index < 6 else f"on-{hue}"]
        low, high = sorted((_luminance(ground), _luminance(ink)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (index + 1, theme, hue)
