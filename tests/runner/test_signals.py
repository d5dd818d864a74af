from __future__ import annotations

import os
import signal
import threading

import pytest

from cifar_pipe.errors import Interrupted
from cifar_pipe.runner.signals import caught_signals


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_is_reported_between_two_steps(number: int, status: int) -> None:
    with caught_signals() as signals:
        signals.check()
        os.kill(os.getpid(), number)
        with pytest.raises(Interrupted) as caught:
            signals.check()
    assert caught.value.status == status


def test_the_handlers_from_before_come_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with caught_signals():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


def test_outside_the_main_thread_nothing_is_taken_over() -> None:
    found: list[object] = []

    def work() -> None:
        with caught_signals() as signals:
            found.append(signals.received)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [None]


def test_the_second_signal_does_what_it_did_before_where_it_does_not_end_the_process() -> None:
    with caught_signals(ends_process=False) as signals:
        os.kill(os.getpid(), signal.SIGINT)
        assert signals.received == signal.SIGINT
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
