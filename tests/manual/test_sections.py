from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from cifar_pipe.manual.sections import EVERY_STAGES_KEYS, STAGE, Key, sections
from cifar_pipe.pipeline.document import TOP_LEVEL
from cifar_pipe.stages.registry import STAGES
from tests.conftest import Done

SECTIONS = {section.name: section for section in sections()}


def keys(name: str) -> dict[str, Key]:
    return {key.name: key for key in SECTIONS[name].keys}


def test_there_is_one_for_each_stage_and_two_above_them() -> None:
    assert list(SECTIONS) == ["pipeline", "runtime", *STAGES]


def test_a_key_says_what_it_takes_its_default_and_what_it_means() -> None:
    count = Key("count", "a whole number above 0", "default 4", "How many images.")
    assert keys("predict")["count"] == count


@pytest.mark.parametrize(
    ("section", "key", "default"),
    [
        ("load_data", "dataset", "required"),
        ("load_data", "classes", "optional"),
        ("load_data", "transforms", "default []"),
        ("load_data", "shuffle", "default true"),
        ("train", "epochs", "this or `steps`"),
        ("train", "steps", "this or `epochs`"),
        ("evaluate", "from", "optional"),
        ("evaluate", "type", "default evaluate"),
        ("runtime", "device", "default auto"),
        ("pipeline", "seed", "default 0"),
        ("pipeline", "stages", "required"),
    ],
)
def test_defaults_are_in_words(section: str, key: str, default: str) -> None:
    assert keys(section)[key].default == default


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_has_all_its_keys_and_those_of_every_stage(name: str) -> None:
    fields = STAGES[name].spec.model_fields.items()
    assert {*keys(name)} == {*(field.alias or one for one, field in fields), *EVERY_STAGES_KEYS}
    assert all(key.description and key.takes for key in SECTIONS[name].keys)


def test_the_top_level_has_all_its_keys() -> None:
    assert {*keys("pipeline")} == {*TOP_LEVEL}


def test_a_stage_says_what_it_takes_and_gives() -> None:
    assert SECTIONS["train"].wiring == (
        "Takes data and model from stages above it; gives model and history."
    )
    assert SECTIONS["load_data"].wiring == "Gives data."
    assert SECTIONS["report"].wiring == ""


def test_the_examples_make_a_pipeline_that_validates(
    cli: Callable[..., Done], tmp_path: str
) -> None:
    stages = {name: one for name, one in SECTIONS.items() if one.kind == STAGE}
    for name, section in stages.items():
        assert list(yaml.safe_load(section.example)) == [name]
    text = "".join(f"  {one.example}\n" for name, one in stages.items() if name != "load")
    head = f"{SECTIONS['pipeline'].example}\n{SECTIONS['runtime'].example}\nstages:\n"
    with open("mine.yaml", "w") as file:
        file.write(head + text + f"  {stages['load'].example}\n  again: {{type: predict}}\n")
    done = cli("validate", "mine.yaml")
    assert done.status == 0, done.err
