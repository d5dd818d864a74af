from __future__ import annotations

from collections.abc import Callable
from inspect import getmembers

import pytest

from cifar_pipe.data.settings import DataSettings
from cifar_pipe.stages.load_data.spec import LoadData

SETTINGS = [name for name, member in getmembers(DataSettings) if isinstance(member, property)]


@pytest.mark.parametrize("name", SETTINGS)
def test_the_specification_of_load_data_has_every_setting(
    name: str, load_spec: Callable[..., LoadData]
) -> None:
    settings: DataSettings = load_spec("Shapes")
    assert name in LoadData.model_fields
    assert hasattr(settings, name)
