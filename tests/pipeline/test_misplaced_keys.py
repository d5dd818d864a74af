"""Each key of the language, moved to each other place: whoever wrote it there is told its own."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from cifar_pipe.catalog.core.entry import Kind
from cifar_pipe.catalog.core.lookup import common_keys, table_of
from cifar_pipe.checks.check import check
from cifar_pipe.decode.site import Advice, Site
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.other_words import reason
from cifar_pipe.diagnostics.spans import Source, Span
from cifar_pipe.diagnostics.suggest import habit
from cifar_pipe.pipeline.key_places import Home, homes_by_key
from cifar_pipe.pipeline.key_texts import fits
from cifar_pipe.pipeline.misplaced_keys import MisplacedKeys
from cifar_pipe.syntax.node_edits import from_plain
from cifar_pipe.syntax.nodes import Item, MappingNode
from cifar_pipe.syntax.reader import read
from tests.cases.case import BASE
from tests.cases.edits import OPTIMIZER

LOG_EVERY = "    log_every: 5\n"
SCHEDULER = "    scheduler: {type: StepLR, step_size: 1}\n"
TEXT = BASE.replace(OPTIMIZER, OPTIMIZER + SCHEDULER) + "  load: {}\n  inspect: {}\n"
WRITTEN: dict[Kind, str] = {
    "dataset": "Shapes",
    "transform": "Normalize",
    "layer": "Conv2d",
    "initializer": "normal_",
    "loss": "CrossEntropyLoss",
    "optimizer": "SGD",
    "scheduler": "StepLR",
    "sampler": "WeightedRandomSampler",
    "averaging": "EMA",
    "callback": "EarlyStopping",
    "metric": "accuracy",
    "tracker": "CSV",
}
VALUES: tuple[Any, ...] = ("x", 3, 0.5, True, ["x"], {"type": "x"})
NOWHERE = Span(Source.of("", ""), 1, 1, 1)
HOMES = [home for homes in homes_by_key().values() for home in homes]


@pytest.fixture(scope="module")
def root() -> MappingNode:
    node = read(TEXT, "mine.yaml", Findings())
    assert isinstance(node, MappingNode)
    return node


def advice(
    root: MappingNode, key: str, value: Any, site: Site, allowed: list[str]
) -> Advice | None:
    item = Item(key, root.span, from_plain(value, root.span))
    return MisplacedKeys(root).advise(item, site, allowed)


def sites() -> Iterator[tuple[Site, list[str]]]:
    """Every place of the language with the keys that it takes; of a kind the component above."""
    for place in dict.fromkeys(home.place for home in HOMES):
        here = [home for home in HOMES if home.place == place]
        stage = place[1] if place[:1] == ("stages",) and len(place) > 1 else None
        if own := [home.key for home in here if home.kind is None]:
            yield Site(place, stage), own
        for kind in dict.fromkeys(home.kind for home in here if home.kind):
            if place[-1] == "groups":
                continue
            entry = table_of(kind).entries[WRITTEN[kind]]
            yield Site(place, stage, entry), [*entry.args, *common_keys(entry).model_fields]


def words_of_place(home: Home, site: Site) -> str:
    """How a message names the place."""
    match home.place:
        case ():
            return "at the top level"
        case ("stages",):
            return "below stages"
        case ("stages", stage, *rest) if rest and stage == site.stage:
            return ".".join(rest)
        case _:
            return ".".join(step for step in home.place if step != "stages")


def moved() -> Iterator[tuple[Site, str, Any, list[str]]]:
    """Each key at each place that does not take it, with a value that its own place takes.

    Without those that stand for another key of the place, or that it leaves out with a reason.
    """
    for site, allowed in sites():
        for key, homes in homes_by_key().items():
            is_left_out = site.component and table_of(site.component.kind).why_not(
                site.component.name, key
            )
            if key not in allowed and habit(key, allowed) is None and not is_left_out:
                yield site, key, value_for(homes), allowed


def value_for(homes: Sequence[Home]) -> Any:
    for value in VALUES:
        if any(fits(from_plain(value, NOWHERE), home.type) for home in homes):
            return value
    return 3


@pytest.mark.parametrize("of_components", [False, True], ids=["keys", "arguments"])
def test_every_key_that_is_moved_is_told_its_place(root: MappingNode, of_components: bool) -> None:
    """Or, for an argument, that other components take it, or the reason why it is no setting."""
    wrong, count = [], 0
    for site, key, value, allowed in moved():
        homes = homes_by_key()[key]
        if all(home.takers for home in homes) != of_components:
            continue
        found = advice(root, key, value, site, allowed)
        text = " ".join([found.help or "", *found.notes]) if found else ""
        places = [words_of_place(home, site) for home in homes]
        told = [*places, "belongs in a stage"]
        if of_components:
            told.append(f"left out: {reason(key)}")
        if any(home.takers for home in homes):
            told.append("is an argument of")
        # It is what another tool calls an argument of others.
        told.append(", an argument of")
        count += 1
        if not any(words in text for words in told):
            wrong.append((site.steps, key, text))
    assert wrong == []
    assert count > 1000


TRAIN = Site(("stages", "train"), "train")
KEYS_OF_TRAIN = ["epochs", "steps", "loss", "optimizer", "scheduler", "monitor", "restore_best"]


@pytest.mark.parametrize(
    ("key", "value", "help_"),
    [
        ("lr", 0.1, "it belongs in optimizer: write optimizer: {type: SGD, lr: 0.1, momentum: 0.9}"),
        ("device", "cuda", "it belongs in runtime: write runtime: {device: cuda}"),
        ("device", 1, "it belongs in runtime"),
        ("seed", 3, "it belongs at the top level: write seed: 3 there"),
        ("val_split", 0.1, "it is called validation_split and belongs in load_data: write validation_split: 0.1 there"),
        ("validation_splitt", 0.1, "it is called validation_split and belongs in load_data: write validation_split: 0.1 there"),
        ("betas", [0.9, 0.99], "it belongs in optimizer, as an argument of Adam, AdamW, NAdam, RAdam and 1 more"),
        ("kernel_size", 3, "it belongs in build_model.layers, as an argument of Conv2d, MaxPool2d"),
        ("after", "x", None),
    ],
)  # fmt: skip
def test_the_help_says_what_to_write(
    key: str, value: Any, help_: str | None, root: MappingNode
) -> None:
    found = advice(root, key, value, TRAIN, [*KEYS_OF_TRAIN, "after"])
    assert (found.help if found else None) == help_


def test_several_places_are_told_with_what_the_key_means_there(root: MappingNode) -> None:
    found = advice(root, "batch_size", 3, TRAIN, KEYS_OF_TRAIN)
    assert found is not None
    assert found.help == "it belongs in load_data, inspect or evaluate"
    assert found.notes[0] == "load_data: Images per training batch."


def test_a_key_that_stands_for_one_here_is_not_looked_for_elsewhere(root: MappingNode) -> None:
    found = advice(root, "criterion", "MSELoss", TRAIN, KEYS_OF_TRAIN)
    assert found == Advice("did you mean `loss`?")


def test_a_key_that_is_there_under_its_own_name_is_left_out(root: MappingNode) -> None:
    holder = read("train: {epochs: 1, max_epochs: 3}", "mine.yaml", Findings())
    assert isinstance(holder, MappingNode)
    train = holder.items["train"].value
    assert isinstance(train, MappingNode)
    advised = MisplacedKeys(holder).advise(train.items["max_epochs"], TRAIN, KEYS_OF_TRAIN)
    help_ = "leave max_epochs out: it stands for epochs, which is there already"
    assert advised == Advice(help_)
    assert advice(root, "max_epochs", 3, TRAIN, KEYS_OF_TRAIN) == Advice("did you mean `epochs`?")


def test_a_value_that_the_key_meant_does_not_take_has_its_values_told(root: MappingNode) -> None:
    found = advice(root, "gpus", 2, Site(("runtime",)), ["device", "threads"])
    assert found == Advice("did you mean `device`? It takes auto, cpu, cuda, cuda:N or mps")


def test_a_component_is_moved_with_the_arguments_that_it_needs(root: MappingNode) -> None:
    found = advice(root, "dataset", "CIFAR10", Site(), ["version", "stages"])
    assert found is not None
    assert str(found.help).endswith("write dataset: {type: CIFAR10, root: ROOT} there")


def test_where_a_value_does_not_fit_elsewhere_the_similar_key_is_meant(root: MappingNode) -> None:
    site = Site(("stages", "show_images"), "show_images")
    allowed = ["split", "count", "transformed"]
    truth, transforms = (advice(root, "transforms", one, site, allowed) for one in (True, ["x"]))
    assert truth == Advice("did you mean `transformed`?")
    assert transforms is not None
    assert transforms.is_elsewhere


def test_what_no_tool_of_ours_has_gets_a_reason(root: MappingNode) -> None:
    found = advice(root, "compile", True, TRAIN, KEYS_OF_TRAIN)
    assert found == Advice(None, ("left out: nothing is compiled",), is_elsewhere=True)


def test_a_word_that_nobody_knows_gets_no_advice(root: MappingNode) -> None:
    assert advice(root, "zebra", 1, TRAIN, KEYS_OF_TRAIN) is None


def test_a_key_is_missing_only_where_it_is_not_misplaced(root: MappingNode) -> None:
    keys = MisplacedKeys(root)
    reported: list[str] = []
    keys.missing(["optimizer"], lambda: reported.append("optimizer"))
    keys.missing(["loss"], lambda: reported.append("loss"))
    item = Item("optimizer", root.span, from_plain("SGD", root.span))
    keys.advise(item, Site(), ["version", "stages"])
    assert reported == []
    keys.settle()
    assert reported == ["loss"]
    keys.settle()
    assert reported == ["loss"]


@pytest.mark.parametrize(
    "override",
    [
        "train.lr=0.1",
        "train.learning_rate=0.1",
        "train.weight_decay=0.1",
        "train.optimizer.scheduler={type: ExponentialLR, gamma: 0.9, per: step}",
        "load_data.num_classes=10",
        "validation_split=0.5",
        "max_epochs=3",
        "threads=1",
        "evaluate.device=cpu",
    ],
)
def test_the_override_of_the_help_mends_it(override: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(BASE)
    findings, mended = Findings(), Findings()
    check(path, [override], findings)
    (found,) = findings.errors
    written = shlex.split(str(found.help).partition("-S ")[2])
    assert written
    check(path, written, mended)
    assert mended.all_sorted() == []


@pytest.mark.parametrize("key", ["lr", "momentum", "weight_decay", "label_smoothing", "threads"])
def test_the_mapping_of_the_help_mends_it(key: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    value = 1 if key == "threads" else 0.1
    path.write_text(BASE.replace(LOG_EVERY, f"{LOG_EVERY}    {key}: {value}\n"))
    findings, mended = Findings(), Findings()
    check(path, [], findings)
    (found,) = findings.errors
    holder, _, mapping = str(found.help).partition("write ")[2].partition(": ")
    path.write_text(BASE)
    place = holder if holder == "runtime" else f"train.{holder}"
    check(path, [f"{place}={mapping}"], mended)
    assert mended.all_sorted() == []
