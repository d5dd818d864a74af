from __future__ import annotations

from cifar_pipe.diagnostics.problem import Problem, ProblemError


def test_each_caller_adds_the_steps_to_what_it_passed_on() -> None:
    error = ProblemError(Problem("too large", ("kernel_size",), "shape"))
    assert error.below("layers", 3).problem.path == ("layers", 3, "kernel_size")
    assert error.below("layers", 3).problem.code == "shape"


def test_in_a_run_it_ends_it_with_all_its_words() -> None:
    error = ProblemError(Problem("too large", notes=("a note",), help="make it smaller"))
    assert error.status == 3
    assert error.message == "too large"
    assert error.help == ("a note", "make it smaller")
