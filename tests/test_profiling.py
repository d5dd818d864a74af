"""Spans of a run: what they add up to, and the trace of them."""

from __future__ import annotations

import json
import threading
import time

import pytest

from cifar_pipe import profiling
from cifar_pipe.profiling import Profile, profiled, timed, timed_calls, unprofiled


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "perf_counter", made)
    return made


def seconds(profile: Profile) -> dict[tuple[str, str], float]:
    return {(one.stage, one.part): one.seconds for one in profile.totals()}


def test_a_span_has_the_time_that_those_within_it_leave(clock: Clock) -> None:
    with profiled() as profile, timed("train", is_stage=True):
        clock.now += 1
        for _ in range(3):
            with timed("step"):
                clock.now += 2
                with timed("forward"):
                    clock.now += 4
    assert seconds(profile) == {
        ("train", "train"): 1,
        ("train", "step"): 6,
        ("train", "forward"): 12,
    }
    assert {one.part: one.calls for one in profile.totals()} == {
        "train": 1,
        "step": 3,
        "forward": 3,
    }


def test_parts_outside_of_stages_have_none(clock: Clock) -> None:
    with profiled() as profile:
        with timed("train", is_stage=True):
            clock.now += 1
        with timed("keep"):
            clock.now += 1
    assert seconds(profile) == {("train", "train"): 1, ("", "keep"): 1}


def test_work_of_other_threads_is_told_apart() -> None:
    with profiled() as profile, timed("load_data", is_stage=True):
        worker = threading.Thread(target=timed_calls("decode", lambda: None))
        worker.start()
        worker.join()
    beside = {one.part: (one.stage, one.beside) for one in profile.totals()}
    assert beside == {"load_data": ("load_data", False), "decode": ("load_data", True)}
    names = [one["args"]["name"] for one in profile.trace()["traceEvents"] if one["ph"] == "M"]
    assert names == ["run", "beside 1"]


def test_a_device_that_computes_beside_is_waited_for(clock: Clock) -> None:
    def wait() -> None:
        clock.now += 5

    with profiled() as profile:
        profile.wait = wait
        with timed("forward"):
            clock.now += 1
    assert seconds(profile) == {("", "forward"): 6}


def test_nothing_is_recorded_where_no_run_is_profiled() -> None:
    def step() -> None: ...

    assert timed_calls("step", step) is step
    with profiled() as profile:
        pass
    with timed("step"):
        pass
    assert profile.totals() == []


def test_a_span_that_ends_with_an_error_is_recorded(clock: Clock) -> None:
    def broken() -> None:
        clock.now += 1
        raise ZeroDivisionError

    with profiled() as profile, pytest.raises(ZeroDivisionError):
        timed_calls("decode", broken)()
    assert seconds(profile) == {("", "decode"): 1}


def test_the_trace_has_every_long_span_and_the_first_short_ones(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiling, "_MOST_SHORT", 2)
    with profiled() as profile:
        for taken in (0.0005, 0.5, 0.0005, 0.0005, 0.25):
            with timed("step"):
                clock.now += taken
    trace = json.loads(json.dumps(profile.trace()))
    spans = [one for one in trace["traceEvents"] if one["ph"] == "X"]
    assert [one["dur"] for one in spans] == [500, 500_000, 500, 250_000]
    assert [one["ts"] for one in spans] == [0, 500, 500_500, 501_500]
    assert trace["otherData"] == {"short spans left out": 1}


def test_what_is_no_part_of_the_run_is_left_out() -> None:
    with profiled() as profile:
        with unprofiled(), timed("forecast"):
            pass
        with timed("check"):
            pass
    assert [one.part for one in profile.totals()] == ["check"]
