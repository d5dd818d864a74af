"""Policies for batches do to each image what torchvision does to it with the same draws."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torchvision.transforms import v2

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.transforms.augmentation import OPERATIONS, Plan, done
from cifar_pipe.data.transforms.randomness import Draws, Rows
from cifar_pipe.data.transforms.steps import step_of, takes_batches
from tests.data.transforms.batch import COUNT, images, rows, transform

WIDE = v2.TrivialAugmentWide()
BINS = 31


def by_torchvision(name: str, image: Tensor, magnitude: float, settings: Component) -> Tensor:
    fill, interpolation = settings.get("fill"), settings.get("interpolation")
    one = getattr(v2, settings.name)(fill=fill, interpolation=v2.InterpolationMode(interpolation))
    result: Tensor = one._apply_image_or_video_transform(
        image,
        name,
        magnitude,
        interpolation=one.interpolation,
        fill=one._fill,
    )
    return result


def magnitudes_of(name: str, size: int) -> list[float]:
    """All those of the widest space, with both signs."""
    space = {**v2.AutoAugment()._AUGMENTATION_SPACE, **WIDE._AUGMENTATION_SPACE}
    function, signed = space[name]
    found = function(BINS, size, size)
    values = [0.0] if found is None else [float(one) for one in found]
    return [*values, *(-one for one in values)] if signed else values


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_is_torchvision_s(name: str, channels: int) -> None:
    for fill in (None, [7.0]):
        _check(name, transform("RandAugment", fill=fill), channels, most=0)


@pytest.mark.parametrize("fill", [None, [100.0]])
@pytest.mark.parametrize("name", ["ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate"])
def test_interpolated_values_may_be_rounded_the_other_way(name: str, fill: object) -> None:
    _check(name, transform("AugMix", interpolation="bilinear", fill=fill), 3, most=1)


def _check(name: str, settings: Component, channels: int, *, most: int) -> None:
    """At each magnitude, the values differ by `most`, and hardly any do."""
    given = images(channels)[:5]
    magnitudes = magnitudes_of(name, 16)
    repeated = given.repeat(len(magnitudes), 1, 1, 1)
    each = torch.tensor(magnitudes, dtype=torch.float64).repeat_interleave(len(given))
    plan = Plan(torch.zeros(len(repeated), dtype=torch.int64), each)
    found = done(repeated, plan, [name], settings)
    expected = [by_torchvision(name, given, magnitude, settings) for magnitude in magnitudes]
    difference = (found.int() - torch.cat(expected).int()).abs()
    assert int(difference.max()) <= most
    assert float((difference > 0).double().mean()) < 1e-3


def test_images_are_grouped_by_operation_and_each_has_its_magnitude() -> None:
    names = list(OPERATIONS)
    source = torch.Generator().manual_seed(0)
    places = torch.randint(-1, len(names), (COUNT,), generator=source)
    magnitudes = [
        float(torch.tensor(magnitudes_of(names[place], 16))[place % 5 : place % 5 + 1].sum())
        for place in places.tolist()
    ]
    settings, given = transform("TrivialAugmentWide"), images()
    plan = Plan(places, torch.tensor(magnitudes, dtype=torch.float64))
    for image, place, magnitude, result in zip(
        given, places.tolist(), magnitudes, done(given, plan, names, settings), strict=True
    ):
        kept = place < 0
        expected = image if kept else by_torchvision(names[place], image, magnitude, settings)
        assert torch.equal(result, expected)


# What is drawn.

MANY = 6000


Plans = list[tuple[Plan, tuple[str, ...]]]


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Plans:
    """The plans of all turns; images stay as they are."""
    found: Plans = []

    def recorded(images: Tensor, plan: Plan, names: Any, _: Component) -> Tensor:
        found.append((plan, tuple(names)))
        return images

    monkeypatch.setattr("cifar_pipe.data.transforms.augmentation.done", recorded)
    return found


def draw(settings: Component) -> None:
    many = torch.zeros(MANY, 3, 16, 16, dtype=torch.uint8)
    step_of(settings)(many, Rows(Draws(3, 0, MANY), 0, torch.arange(MANY)))


def share(condition: Tensor) -> Any:
    return pytest.approx(float(condition.double().mean()), abs=0.03)


def test_rand_augment_draws_operations_and_signs_of_one_strength(plans: Plans) -> None:
    draw(transform("RandAugment", num_ops=3, magnitude=9))
    assert len(plans) == 3
    space = v2.RandAugment._AUGMENTATION_SPACE
    for plan, names in plans:
        assert names == tuple(space)
        for place, (function, signed) in enumerate(space.values()):
            chosen = plan.operations == place
            values = function(31, 16, 16)
            strength = 0.0 if values is None else float(values[9])
            assert share(chosen) == 1 / len(space)
            assert set(plan.magnitudes[chosen].tolist()) == (
                {strength, -strength} if signed else {strength}
            )
            assert not signed or 0.4 < float((plan.magnitudes[chosen] < 0).double().mean()) < 0.6


def test_trivial_augment_draws_any_of_its_magnitudes(plans: Plans) -> None:
    draw(transform("TrivialAugmentWide", num_magnitude_bins=5))
    [(plan, names)] = plans
    for place, (function, signed) in enumerate(WIDE._AUGMENTATION_SPACE.values()):
        values = function(5, 16, 16)
        strengths = {0.0} if values is None else {float(one) for one in values}
        found = set(plan.magnitudes[plan.operations == place].tolist())
        assert found == strengths | ({-one for one in strengths} if signed else set())
    assert names == tuple(WIDE._AUGMENTATION_SPACE)


@pytest.mark.parametrize("policy", ["imagenet", "cifar10", "svhn"])
def test_auto_augment_draws_pairs_of_its_policy(plans: Plans, policy: str) -> None:
    draw(transform("AutoAugment", policy=policy))
    pairs = v2.AutoAugment(v2.AutoAugmentPolicy(policy))._policies
    assert len(plans) == 2
    for turn, (plan, names) in enumerate(plans):
        for place, name in enumerate(names):
            wanted = sum(p for one, p, _ in (pair[turn] for pair in pairs) if one == name)
            assert share(plan.operations == place) == wanted / len(pairs)
    (first, names), (second, _) = plans
    both = (first.operations >= 0) & (second.operations >= 0)
    found = {
        (names[a], names[b])
        for a, b in zip(
            first.operations[both].tolist(), second.operations[both].tolist(), strict=True
        )
    }
    assert found <= {(one, other) for (one, *_), (other, *_) in pairs}


def test_aug_mix_draws_chains_of_one_to_three_operations(plans: Plans) -> None:
    draw(transform("AugMix", severity=2, mixture_width=2, all_ops=False))
    assert len(plans) == 2 * 3
    for turn, (plan, names) in enumerate(plans):
        assert names == tuple(v2.AugMix._PARTIAL_AUGMENTATION_SPACE)
        assert share(plan.operations >= 0) == (1, 2 / 3, 1 / 3)[turn % 3]
        rotations = plan.magnitudes[plan.operations == names.index("Rotate")].abs()
        assert set(rotations.tolist()) <= {0.0, float(torch.linspace(0, 30, 10)[1])}


def test_the_shares_of_aug_mix_add_up_to_one(plans: Plans) -> None:
    """Where the operations change nothing the image is left, less what is cut off."""
    found = step_of(transform("AugMix", mixture_width=4))(images(), rows())
    assert len(plans) == 4 * 3
    assert int((images().int() - torch.as_tensor(found).int()).abs().max()) <= 1


def test_aug_mix_has_the_moments_of_torchvision_s() -> None:
    given = images()[:1].expand(1000, -1, -1, -1)
    found = step_of(transform("AugMix"))(given, Rows(Draws(0, 0, 1000), 0, torch.arange(1000)))
    assert isinstance(found, Tensor)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        theirs = torch.stack([v2.AugMix()(one) for one in given[:300]])
    for moment in (torch.mean, torch.std):
        ours = moment(found.double(), dim=0)
        assert float((ours - moment(theirs.double(), dim=0)).abs().mean()) < 6


def test_other_shares_go_through_torchvision() -> None:
    assert takes_batches(transform("AugMix"))
    assert not takes_batches(transform("AugMix", alpha=0.5))
