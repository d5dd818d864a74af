from __future__ import annotations

from dataclasses import replace

import pytest

from cifar_pipe.context import Context
from cifar_pipe.data.thread_pool import in_threads
from cifar_pipe.errors import Interrupted
from tests.kit import RecordedEvents


def test_every_piece_is_done_and_the_bar_counts_the_images(
    context: Context, events: RecordedEvents
) -> None:
    done: list[int] = []

    def work(piece: int) -> int:
        done.append(piece)
        return 2

    in_threads(work, range(10), context, label="draw", total=20)
    assert sorted(done) == list(range(10))
    [bar] = events.bars
    assert (bar.label, bar.total, bar.done, bar.closed) == ("draw", 20, 20, True)


def test_an_exception_in_a_thread_is_raised_and_closes_the_bar(
    context: Context, events: RecordedEvents
) -> None:
    def work(piece: int) -> int:
        raise ValueError(piece)

    with pytest.raises(ValueError, match="0"):
        in_threads(work, range(3), context, label="draw", total=3)
    assert events.bars[0].closed


def test_a_signal_stops_what_has_not_begun(context: Context, events: RecordedEvents) -> None:
    def stop() -> None:
        raise Interrupted(15)

    with pytest.raises(Interrupted):
        in_threads(lambda _: 1, range(3), replace(context, check_signal=stop), label="", total=3)
    assert events.bars[0].closed
