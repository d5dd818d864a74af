from __future__ import annotations

from pathlib import Path

import pytest
import torch

from cifar_pipe.doctor.accuracy import accuracy_lines, accuracy_without
from tests.kit import RecordedEvents, context, random_data, small


def test_shares_are_those_of_the_images_with_and_without_the_leaks(tmp_path: Path) -> None:
    data, network = random_data(train=4, test=30), small()
    images, labels = next(data.batches("test", batch_size=30))
    with torch.no_grad():
        right = (network(images).argmax(1) == labels).tolist()
    leaked = [2, 5, 11, 29]
    found = accuracy_without(network, data, "test", leaked, context(RecordedEvents(), tmp_path))
    rest = [one for place, one in enumerate(right) if place not in leaked]
    assert found["accuracy"] == pytest.approx(sum(right) / 30)
    assert found["leaked"]["accuracy"] == pytest.approx(sum(right[one] for one in leaked) / 4)
    assert found["without_leaks"]["accuracy"] == pytest.approx(sum(rest) / 26)
    assert [found[key]["images"] for key in ("leaked", "without_leaks")] == [4, 26]
    assert [line.split(":")[0] for line in accuracy_lines(found)] == [
        "accuracy on test",
        "  without those that leaked",
        "  of those that leaked",
    ]


def test_without_leaks_there_is_one_accuracy(tmp_path: Path) -> None:
    given = small(), random_data(train=4, test=3), "test"
    found = accuracy_without(*given, [], context(RecordedEvents(), tmp_path))
    assert found["leaked"] is None
    assert accuracy_lines(found)[1:] == ["no image of it is in an earlier split"]
    every = accuracy_without(*given, [0, 1, 2], context(RecordedEvents(), tmp_path))
    assert every["without_leaks"] is None
    assert len(accuracy_lines(every)) == 2
