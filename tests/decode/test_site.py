from __future__ import annotations

import pytest

from cifar_pipe.decode.site import NOBODY, Advice, Site, words_of


@pytest.mark.parametrize(
    ("steps", "stage_type"),
    [((), None), (("runtime",), None), (("stages",), None), (("stages", "train"), "train")],
)
def test_a_site_knows_the_type_of_its_stage(steps: tuple[str, ...], stage_type: str | None) -> None:
    assert Site(steps).stage_type == stage_type


def test_below_a_site_the_stage_is_the_same() -> None:
    below = Site(("stages", "train"), "again").below("optimizer")
    assert (below.steps, below.stage) == (("stages", "train", "optimizer"), "again")


def test_where_nobody_knows_other_places_what_is_missing_is_reported_at_once() -> None:
    reported: list[str] = []
    NOBODY.missing(["loss"], lambda: reported.append("loss"))
    assert reported == ["loss"]


def test_advice_is_help_and_notes() -> None:
    assert words_of(None) == {}
    assert words_of(Advice("do it", ("a fact",))) == {"help": "do it", "notes": ("a fact",)}
