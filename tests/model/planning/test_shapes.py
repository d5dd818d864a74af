from __future__ import annotations

from cifar_pipe.model.planning.shapes import check, takes
from tests.kit import IMAGE, conv, layer, problem_of


def test_a_problem_inside_leads_to_the_very_layer() -> None:
    wrong = layer("Linear", in_features=7, out_features=2)
    inner = layer("Residual", layers=[conv(), layer("Flatten"), wrong])
    problem = problem_of(
        conv(), layer("Sequential", layers=[layer("ReLU"), inner], repeat=2), shape=IMAGE
    )
    assert problem.path == ("layers", 1, "layers", 1, "layers", 2, "in_features")
    assert problem.message == "Linear takes in_features 192 here, not 7"


def test_the_note_of_a_list_inside_is_what_it_is_given() -> None:
    problem = problem_of(
        conv(4), layer("Sequential", layers=[layer("BatchNorm2d", num_features=3)]), shape=IMAGE
    )
    assert problem.notes == ("Sequential is given [N, 4, 8, 8]",)


def test_what_is_wrong_inside_of_a_shared_layer_leads_to_where_it_is_shared() -> None:
    both = layer("Sequential", layers=[conv(4, in_channels=3)], id="both")
    problem = problem_of(both, layer("Shared", of="both"), shape=IMAGE)
    assert problem.message == "Conv2d takes in_channels 4 here, not 3"
    assert problem.path == ("layers", 1)


def test_a_network_of_too_many_layers_is_refused() -> None:
    ever = layer("ReLU")
    for _ in range(5):
        ever = layer("Sequential", layers=[ever], repeat=20)
    assert problem_of(ever, shape=IMAGE).code == "too-large"


def test_a_network_takes_other_images_if_its_parameters_stay_the_same() -> None:
    linear = [conv(4), layer("Flatten"), layer("Linear", out_features=2)]
    built = check(linear, IMAGE)
    assert takes(linear, built, IMAGE)
    assert not takes(linear, built, (3, 40, 40))
    pooled = [conv(4), layer("AdaptiveAvgPool2d", output_size=1), *linear[1:]]
    assert takes(pooled, check(pooled, IMAGE), (3, 40, 40))
    assert not takes(pooled, check(pooled, IMAGE), (1, 32, 32))
