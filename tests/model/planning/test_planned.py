from __future__ import annotations

from cifar_pipe.model.planning.planned import layer_error


def test_a_layers_error_leads_to_its_argument_from_further_out() -> None:
    error = layer_error("does not fit", "kernel_size", help="a smaller one").below("layers", 3)
    assert error.problem.path == ("layers", 3, "kernel_size")
    assert (error.problem.code, error.problem.help) == ("shape", "a smaller one")


def test_without_an_argument_it_leads_to_the_layer() -> None:
    assert layer_error("cannot be", code="value").below("layers", 0).problem.path == ("layers", 0)
