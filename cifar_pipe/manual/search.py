"""Finds what people mean: by names, by what they call it elsewhere, and by one line of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cifar_pipe.catalog.core.entry import KINDS
from cifar_pipe.catalog.core.lookup import entries_of
from cifar_pipe.catalog.docs.describe import ABOUT
from cifar_pipe.manual.sections import EVERY_STAGES_KEYS, STAGE, sections
from cifar_pipe.manual.synonyms import SYNONYMS

KEY = "key"

# A search finds pool by pooling, and augment by augmentations.
_ENDINGS = re.compile(r"(?:ing|ation|er|e)?s?$")
_LONG, _SHORTEST_PART = 6, 3
_TOO_FAR = 9


@dataclass(frozen=True, slots=True)
class Topic:
    """What `cifar-pipe components NAME` can tell of, with one line of what it is."""

    kind: str
    name: str
    summary: str

    @property
    def synonyms(self) -> list[str]:
        phrases = SYNONYMS.get(self.kind, {}).get(self.name)
        return phrases.split(", ") if phrases else []


def topics() -> Iterator[Topic]:
    """The kinds, what there is of each, the stages, and their keys."""
    for kind in KINDS:
        yield Topic("kind", kind, ABOUT[kind])
    for section in sections():
        yield Topic(section.kind, section.name, section.summary)
    for kind in KINDS:
        for entry in entries_of(kind).values():
            yield Topic(kind, entry.name, entry.summary)
    for section in sections():
        for key in section.keys:
            if section.kind != STAGE or key.name not in EVERY_STAGES_KEYS:
                yield Topic(KEY, f"{section.name}.{key.name}", key.description)


def search(words: str, among: Iterable[Topic]) -> list[Topic]:
    """Those in which each of the words is found, the nearest first.

    Nearest is what is called exactly so, here or elsewhere; then what has all of the words in its
    name, in one of its synonyms, or anywhere.
    """
    stems = _stems(words)
    found = [(_distance(stems, _letters(words), one), one) for one in among] if stems else []
    return [one for far, one in sorted(found, key=lambda pair: pair[0]) if far < _TOO_FAR]


def _distance(stems: list[str], letters: str, topic: Topic) -> int:
    owner, _, name = topic.name.rpartition(".")
    synonyms = topic.synonyms
    steps = (
        letters in (_letters(name), _letters(topic.name)),
        stems in map(_stems, synonyms),
        all(_in_name(stem, name) for stem in stems),
        any(all(_begins_a_word(stem, one) for stem in stems) for one in synonyms),
        all(
            _in_name(stem, name)
            or any(
                _begins_a_word(stem, text) for text in (owner, topic.kind, topic.summary, *synonyms)
            )
            for stem in stems
        ),
    )
    return next((step for step, is_met in enumerate(steps) if is_met), _TOO_FAR)


def _in_name(stem: str, name: str) -> bool:
    return len(stem) >= _SHORTEST_PART and stem in _letters(name)


def _begins_a_word(stem: str, text: str) -> bool:
    """A short word must be there as it is."""
    words = _words(text)
    if len(stem) < _SHORTEST_PART:
        return stem in words
    return any(word.startswith(stem) for word in words)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _letters(text: str) -> str:
    return "".join(_words(text))


def _stems(text: str) -> list[str]:
    return [_ENDINGS.sub("", word) if len(word) >= _LONG else word for word in _words(text)]
