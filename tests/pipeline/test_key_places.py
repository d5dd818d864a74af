from __future__ import annotations

import pytest

from cifar_pipe.pipeline.document import TOP_LEVEL
from cifar_pipe.pipeline.key_places import PLACING, Home, homes_by_key, keys_anywhere
from cifar_pipe.stages.registry import STAGES

PLACES = {home.place for homes in homes_by_key().values() for home in homes}


@pytest.mark.parametrize(
    ("key", "places"),
    [
        ("seed", {()}),
        ("device", {("runtime",)}),
        ("log_every", {("stages", "train")}),
        ("epochs", {("stages", "train"), ("stages", "train", "checkpoint")}),
        ("validation_split", {("stages", "load_data")}),
        (
            "nesterov",
            {
                ("stages", stage, "optimizer", *groups)
                for stage in ("train", "find_lr", "find_batch_size")
                for groups in ((), ("groups",))
            },
        ),
        ("layers", {("stages", "build_model"), ("stages", "build_model", "layers")}),
        ("T_max", {("stages", "train", "scheduler")}),
    ],
)
def test_a_key_is_known_in_every_place_that_takes_it(key: str, places: set[object]) -> None:
    assert {home.place for home in homes_by_key()[key]} == places


def test_what_is_a_key_anywhere_is_known_without_the_places() -> None:
    assert keys_anywhere() == set(homes_by_key()) | {"type"}


def test_every_key_of_every_stage_is_known() -> None:
    for name, row in STAGES.items():
        keys = {field.alias or key for key, field in row.spec.model_fields.items()}
        at = {
            key
            for key, homes in homes_by_key().items()
            for home in homes
            if home.place == ("stages", name)
        }
        assert at == {*keys, *PLACING} - {"type"}


def test_the_top_level_and_the_stages_are_places_too() -> None:
    at_top = {key for key, homes in homes_by_key().items() if any(not home.place for home in homes)}
    assert at_top == set(TOP_LEVEL)
    assert {("stages",), ("runtime",), ("stages", "load_data", "transforms")} <= PLACES


def test_arguments_say_which_components_take_them() -> None:
    (home,) = homes_by_key()["label_smoothing"][:1]
    assert (home.kind, home.takers) == ("loss", ("CrossEntropyLoss",))
    groups = {home.place[-1]: home for home in homes_by_key()["nesterov"]}["groups"]
    assert "SGD" in groups.takers
    assert "Adam" not in groups.takers


@pytest.mark.parametrize(
    ("place", "levels"),
    [
        ((), 3),
        (("stages", "train"), 1),
        (("stages", "train", "scheduler"), 2),
        (("stages", "load_data"), 3),
    ],
)
def test_the_distance_is_how_many_levels_one_goes_up_and_down(
    place: tuple[str, ...], levels: int
) -> None:
    assert Home(("stages", "train", "optimizer"), "lr", "", float).distance(place) == levels
