"""What the steps of a trial seem to take."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cifar_pipe.training.engines.trial import Trial


def seem_to_take(monkeypatch: pytest.MonkeyPatch, seconds: Mapping[str, float]) -> None:
    """So many seconds each, by the engine's name; those of others as eager's."""

    def its(one: Trial) -> float:
        return seconds.get(one._engine.name, seconds["eager"])

    monkeypatch.setattr(Trial, "seconds", property(its))
