"""The names of the classes of the datasets whose names are known without reading them."""

from __future__ import annotations

DIGITS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")

CIFAR10 = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip

CIFAR100 = (
    "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle",
    "bottle", "bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle",
    "caterpillar", "cattle", "chair", "chimpanzee", "clock", "cloud", "cockroach", "couch",
    "crab", "crocodile", "cup", "dinosaur", "dolphin", "elephant", "flatfish", "forest", "fox",
    "girl", "hamster", "house", "kangaroo", "keyboard", "lamp", "lawn_mower", "leopard", "lion",
    "lizard", "lobster", "man", "maple_tree", "motorcycle", "mountain", "mouse", "mushroom",
    "oak_tree", "orange", "orchid", "otter", "palm_tree", "pear", "pickup_truck", "pine_tree",
    "plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road",
    "rocket", "rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake",
    "spider", "squirrel", "streetcar", "sunflower", "sweet_pepper", "table", "tank", "telephone",
    "television", "tiger", "tractor", "train", "trout", "tulip", "turtle", "wardrobe", "whale",
    "willow_tree", "wolf", "woman", "worm",
)  # fmt: skip

FASHION = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip

STL10 = (
    "airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck",
)  # fmt: skip

KMNIST = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")

_SMALL = "abcdefghijklmnopqrstuvwxyz"
_CAPITALS = _SMALL.upper()
# EMNIST: small letters that look like their capitals are one class with these.
_MERGED = sorted(set(_SMALL) - set("cijklmopsuvwxyz"))
EMNIST = {
    "byclass": (*DIGITS, *_CAPITALS, *_SMALL),
    "bymerge": (*DIGITS, *_CAPITALS, *_MERGED),
    "balanced": (*DIGITS, *_CAPITALS, *_MERGED),
    "letters": ("N/A", *_SMALL),
    "digits": DIGITS,
    "mnist": DIGITS,
}

# Shapes: every form with every fill; the first ten classes are the plain forms.
FORMS = (
    "circle", "square", "triangle", "star", "ring",
    "cross", "crescent", "heart", "bow", "arrow",
)  # fmt: skip
FILLS = (
    "plain", "striped", "checkered", "dotted", "hollow",
    "halved", "ringed", "quartered", "banded", "spiral",
)  # fmt: skip
SHAPES_LIMIT = len(FORMS) * len(FILLS)


def shape_class(label: int) -> tuple[str, str]:
    """The `(form, fill)` of a class of Shapes, `label` from 0 to SHAPES_LIMIT - 1."""
    return FORMS[label % len(FORMS)], FILLS[label // len(FORMS)]


def shape_names(num_classes: int) -> tuple[str, ...]:
    """`circle`, …, `striped_circle`, …"""
    pairs = (shape_class(label) for label in range(num_classes))
    return tuple(form if fill == "plain" else f"{fill}_{form}" for form, fill in pairs)
