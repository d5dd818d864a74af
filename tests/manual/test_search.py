from __future__ import annotations

import pytest

from cifar_pipe.manual.search import Topic, search, topics
from cifar_pipe.manual.synonyms import SYNONYMS

TOPICS = list(topics())
PHRASES = [
    pytest.param(kind, name, phrase, id=f"{kind}-{name}-{phrase}")
    for kind, names in SYNONYMS.items()
    for name, phrases in names.items()
    for phrase in phrases.split(", ")
]


def found(words: str) -> list[str]:
    return [topic.name for topic in search(words, TOPICS)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("skip", ["Residual", "Add", "Concat"]),
        ("skip connections", ["Add", "Concat", "Residual"]),
        ("dropout rate", ["Dropout", "Dropout2d", "AlphaDropout"]),
        ("residual", ["Residual", "StochasticDepth", "resnet18"]),
        ("blur", ["GaussianBlur"]),
        ("mobile", ["mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small"]),
        ("learning rate decay", ["scheduler", "StepLR"]),
        ("batch size", ["load_data.batch_size"]),
        ("batch_size", ["load_data.batch_size"]),
        ("global average pooling", ["AdaptiveAvgPool2d"]),
        ("epochs", ["train.epochs"]),
        ("gpu", ["runtime.device"]),
        ("random flip", ["RandomHorizontalFlip", "RandomVerticalFlip"]),
        ("sgd optimizer", ["SGD"]),
    ],
)
def test_what_is_meant_comes_first(words: str, first: list[str]) -> None:
    assert found(words)[: len(first)] == first


def test_warmup_finds_the_schedulers_that_do_it() -> None:
    assert {"LinearLR", "OneCycleLR", "SequentialLR", "ConstantLR"} <= {*found("warmup")}


def test_each_of_several_words_must_be_there() -> None:
    assert "GaussianNoise" in found("gaussian")
    assert found("gaussian blur") == ["GaussianBlur"]
    assert found("gaussian xyzzy") == []


def test_a_short_word_is_no_part_of_another() -> None:
    assert "Hardsigmoid" not in found("ha")
    assert "BatchNorm2d" in found("bn")


@pytest.mark.parametrize("words", ["", " ", "?", "_"])
def test_nothing_is_asked_for(words: str) -> None:
    assert found(words) == []


@pytest.mark.parametrize(("kind", "name", "phrase"), PHRASES)
def test_each_synonym_is_of_something_and_finds_it(kind: str, name: str, phrase: str) -> None:
    (topic,) = [one for one in TOPICS if (one.kind, one.name) == (kind, name)]
    assert topic in search(phrase, TOPICS)


def test_every_kind_has_synonyms_of_its_own() -> None:
    assert {*SYNONYMS} <= {topic.kind for topic in TOPICS}
    assert Topic("layer", "ReLU6", "").synonyms == []
