from __future__ import annotations

from cifar_pipe.syntax.repairs.outcome import Outcome


def test_what_gets_further_or_has_fewer_errors_is_better() -> None:
    early, late = Outcome(None, [1], (3, 1)), Outcome(None, [1, 2], (3, 2))
    read, clean = Outcome([], [1, 2]), Outcome([], [])
    assert early.score < late.score < read.score < clean.score


def test_the_lines_above_a_stop_and_where_it_began_may_be_the_cause() -> None:
    assert Outcome(None, [30], (30, 1), since=2).region == [*range(29, 17, -1), 1]
    assert Outcome([], [5, 2, 5]).region == [1, 4]


def test_what_is_beyond_a_limit_is_not_repaired() -> None:
    assert not Outcome(None, [1]).may_be_repaired
    assert not Outcome([], []).may_be_repaired
    assert Outcome([], [1]).may_be_repaired
