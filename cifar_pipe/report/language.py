"""The language of a page. A text is looked up by its English template, whose values stay the same."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from markupsafe import Markup

LANGUAGES = ("en", "zh")
HTML = {"en": "en", "zh": "zh-CN"}
"""As the element `html` names them."""

TERMS = (
    *("train", "val", "test", "training", "validation"),
    *("done", "running", "failed", "interrupted", "killed", "diverged", "not known"),
    *("ran", "reused", "skipped", "not reached", "error", "warning", "note"),
    *("loss", "accuracy", "top 5 accuracy", "per class accuracy", "precision", "recall", "f1"),
    *("macro precision", "macro recall", "macro f1", "balanced accuracy"),
    *("optimizer", "scheduler", "averaging", "callbacks", "accumulate"),
    *("clip_grad_norm", "clip_grad_value", "stopped", "weights"),
    *(
        "command",
        "pipeline",
        "started",
        "ended",
        "device",
        "device name",
        "engine",
        "engine reason",
        "evaluation engine",
        "threads",
    ),
    *("seed", "git commit", "processor", "CPUs", "platform", "attempts", "images", "data"),
    *("status", "split", "ms", "s", "min", "h"),
)
"""What a run's files call things: in its language where it is the whole text, else as it is."""

_language: ContextVar[str] = ContextVar("language", default="en")
_HERE = Path(__file__).parent / "languages"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """All texts within are in this language, `en` or `zh`."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def current() -> str:
    return _language.get()


def html_language() -> str:
    return HTML[current()]


@functools.cache
def catalogue(language: str) -> Mapping[str, str]:
    """From the English templates to those of the language, with the same `{placeholders}`."""
    if language == "en":
        return {}
    return dict(json.loads((_HERE / f"{language}.json").read_text(encoding="utf-8")))


def template(text: str) -> str:
    """The template of this English one, itself where there is none."""
    return catalogue(current()).get(text, text)


def _(text: str, **values: Any) -> str:
    """The text with its values: a literal, since the catalogue has an entry for each."""
    return template(text).format(**values)


def term(word: str) -> str:
    """A word of `TERMS`; any other stays as it is."""
    return template(word) if word in TERMS else word


def marked_up(text: str, **values: Any) -> Markup:
    """As `_`, for templates of pages: the text is HTML, and the values are escaped."""
    return Markup(template(text)).format(**values)  # noqa: S704 (our own texts)
