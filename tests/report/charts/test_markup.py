from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest

from cifar_pipe.report.charts.drawing import Drawings, _job
from cifar_pipe.report.charts.look import SHAPES, Look, look_of
from cifar_pipe.report.charts.markup import chart_data, still, swatch
from tests.report.charts.samples import HOSTILE, samples

CHARTS = samples()


@pytest.mark.parametrize("name", list(CHARTS))
def test_the_data_of_a_chart_is_json_that_can_end_no_element(name: str) -> None:
    text = chart_data(CHARTS[name])
    assert "<" not in text
    data = json.loads(text)
    assert data["spec"]["width"] == "container"
    assert len(data["steps"]) == (len(CHARTS[name].table) - 1 if data["steps"] else 0)
    assert name not in ("bars", "matrix") or HOSTILE in json.dumps(
        data, ensure_ascii=False
    ).replace(r"\"", '"')


def test_pictures_of_one_page_share_no_ids() -> None:
    svgs = ['<svg ><g id="clip0" clip-path="url(#clip0)"/></svg>', '<svg ><b id="clip0"/></svg>']
    names = ("loss", "rate")
    pictures = {_job(CHARTS[name]): svg for name, svg in zip(names, svgs, strict=True)}
    first, second = (still(CHARTS[name], Drawings(pictures)) or "" for name in names)
    (one,), (other,) = (re.findall(r' id="([^"]+)"', text) for text in (first, second))
    assert one != other
    assert f"url(#{one})" in first


def test_a_chart_of_too_many_marks_is_an_image() -> None:
    picture = still(CHARTS["large"], Drawings({_job(CHARTS["large"]): "AAAA"}))
    words = CHARTS["large"].summary
    assert picture == f'<img src="data:image/png;base64,AAAA" alt="{words}">'


def test_without_a_picture_there_is_none() -> None:
    assert still(CHARTS["loss"], Drawings()) is None


@pytest.mark.parametrize(
    "look", [*map(look_of, range(len(SHAPES))), Look("ink", (2, 2)), Look("third", None, "diamond")]
)
def test_a_swatch_shows_the_line_and_the_mark(look: Look) -> None:
    paths = ET.fromstring(swatch(look)).findall("path")
    assert len(paths) == (look.dash is not None) + (look.shape is not None)
    assert f"var(--{look.colour})" in swatch(look)
