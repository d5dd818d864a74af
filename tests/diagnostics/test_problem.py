from __future__ import annotations

import pytest

from cifar_pipe.diagnostics.problem import Problem, ProblemError, below


def test_each_caller_adds_the_steps_to_what_it_passed_on() -> None:
    error = ProblemError(Problem("too large", ("kernel_size",), "shape"))
    assert error.below("layers", 3).problem.path == ("layers", 3, "kernel_size")
    assert error.below("layers", 3).problem.code == "shape"


def test_in_a_run_it_ends_it_with_all_its_words() -> None:
    error = ProblemError(Problem("too large", notes=("a note",), help="make it smaller"))
    assert error.status == 3
    assert error.message == "too large"
    assert error.help == ("a note", "make it smaller")


def test_a_block_adds_the_steps_to_what_is_raised_in_it() -> None:
    with pytest.raises(ProblemError) as caught, below("groups", 0):
        raise ProblemError(Problem("too large", ("lr",)))
    assert caught.value.problem.path == ("groups", 0, "lr")
