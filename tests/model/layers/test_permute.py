from __future__ import annotations

import pytest

from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.planning.shapes import check
from tests.kit import layer


def test_permute_takes_as_many_dimensions_as_there_are() -> None:
    with pytest.raises(ProblemError) as caught:
        check([layer("Permute", dims=[0, 2, 1])], (3, 4, 5))
    assert caught.value.message == "Permute takes 4 dimensions here, those of [N, 3, 4, 5], not 3"
