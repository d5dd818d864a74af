from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor

from cifar_pipe.data.store import Split
from cifar_pipe.data.stored_images import Chosen, OfManySizes, Streamed, is_streamed, on_device

CPU = torch.device("cpu")
WHOLE = torch.arange(24, dtype=torch.uint8).view(4, 1, 2, 3)


def streamed(images: Tensor = WHOLE) -> Streamed:
    def decode(indices: Sequence[int], use: Callable[[int, Tensor], None]) -> None:
        # Threads give them in any order.
        for place in reversed(range(len(indices))):
            use(place, images[indices[place]])

    return Streamed(len(images), decode, {tuple(images.shape[1:]): 0})


def split(images: object) -> Split:
    return Split("train", images, torch.zeros(4, dtype=torch.int64))  # type: ignore[arg-type]


@pytest.mark.parametrize("images", [WHOLE, [*WHOLE], streamed()], ids=["tensor", "list", "stream"])
def test_chosen_images_are_those_at_their_rows(images: Tensor | list[Tensor] | Streamed) -> None:
    chosen = Chosen(images, torch.tensor([3, 1, 2]))
    found = chosen.at(torch.tensor([0, 2]))
    assert isinstance(found, Tensor)
    assert torch.equal(found, WHOLE[[3, 2]])
    assert torch.equal(chosen[1], WHOLE[1])
    assert (len(chosen), chosen.first_of_each_shape()) == (3, {(1, 2, 3): 0})


def test_images_of_many_sizes_are_a_list_even_where_some_are_alike() -> None:
    sizes = torch.tensor([[1, 2, 3], [1, 1, 2], [1, 2, 3]])
    images = OfManySizes(torch.arange(14, dtype=torch.uint8), sizes)
    assert images[1].tolist() == [[[6, 7]]]
    assert isinstance(images.at(torch.tensor([0, 2])), list)
    assert images.first_of_each_shape() == {(1, 2, 3): 0, (1, 1, 2): 1}
    # All that there are of these are alike.
    assert isinstance(Chosen(images, torch.tensor([2, 0])).at(torch.tensor([0])), Tensor)


def test_a_device_gets_images_of_one_size_that_have_room_there() -> None:
    drawn = split(Chosen(WHOLE, torch.arange(4)))
    assert isinstance(on_device(drawn, CPU, None).images, Tensor)
    assert isinstance(on_device(drawn, CPU, 96).images, Tensor)
    assert on_device(drawn, CPU, 95) is drawn
    for images in (streamed(), [WHOLE[0], WHOLE[0, :, :1]]):
        one = split(images)
        assert on_device(one, CPU, None) is one


def test_streamed_images_come_in_the_order_that_is_asked_for() -> None:
    assert torch.equal(torch.as_tensor(streamed().at(torch.tensor([2, 0]))), WHOLE[[2, 0]])
    assert torch.equal(streamed()[3], WHOLE[3])


def test_who_chooses_of_streamed_images_has_streamed_ones() -> None:
    assert is_streamed(Chosen(streamed(), torch.arange(2)))
    assert not is_streamed(WHOLE)
