"""The datasets that a pipeline may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from cifar_pipe.catalog.core.component import Component, Dataset
from cifar_pipe.catalog.core.entry import Arg, Entry, by_name, pytorch, table
from cifar_pipe.catalog.core.facts import Package
from cifar_pipe.catalog.core.types import (
    Bool,
    PositiveInt,
    Str,
    choice,
    list_of,
    whole,
)
from cifar_pipe.catalog.images import class_names
from cifar_pipe.catalog.images.data_facts import DataFacts, DatasetFacts, Images
from cifar_pipe.catalog.images.declared_shapes import DrawnShape, ImageShape
from cifar_pipe.catalog.images.held_out import held_out
from cifar_pipe.catalog.tables.image_files import IMAGE_FILES, TEST_SPLIT, Share
from cifar_pipe.catalog.tables.listed_sets import LISTED_SETS

# torchvision's other datasets, and why they are left out.
_REASONS = {
    "images and a list of their classes beside them: write the list as a table for ImageTable":
        "CLEVRClassification Places365",
    "its address is gone, and its lists are files of MATLAB's: write them as a table for ImageTable":
        "StanfordCars",
    "a table that only those with an account can download": "FER2013",
    "an HDF5 file, which needs h5py": "PCAM",
    "1,593 digits without a test split: use Digits": "SEMEION",
    "hundreds of thousands of photographs in a tree of species: lay a part of it out for ImageFolder":
        "INaturalist",
    "too large for the image store, and not to be downloaded freely: lay it out for ImageFolder":
        "ImageNet LSUN LSUNClass",
    "object detection: boxes, not one class per image": "CocoDetection Kitti VOCDetection WIDERFace",
    "segmentation: masks, not one class per image": "Cityscapes SBDataset VOCSegmentation",
    "captions: sentences, not classes": "CocoCaptions Flickr8k Flickr30k SBU",
    "video, not images": "HMDB51 Kinetics MovingMNIST UCF101",
    "optical flow, not classes": "FlyingChairs FlyingThings3D HD1K KittiFlow Sintel",
    "stereo disparity, not classes": """
        CarlaStereo CREStereo ETH3DStereo FallingThingsStereo InStereo2k Kitti2012Stereo
        Kitti2015Stereo Middlebury2014Stereo SceneFlowStereo SintelStereo
    """,
    "pairs of images to compare, not classes": "LFWPairs PhotoTour",
    "thousands of people or signs with a few images each, for recognition, not classification":
        "LFWPeople Omniglot",
    "many attributes per image, not one class": "CelebA",
    "noise; Random makes it as tensors, and with numbers as targets too": "FakeData",
    "needs a loader function, which a pipeline cannot hold; ImageFolder reads images":
        "DatasetFolder",
    "a base class, not a dataset": "VisionDataset",
    "a function that wraps datasets, not a dataset": "wrap_dataset_for_transforms_v2",
}  # fmt: skip

DataOf = Callable[[Component], DataFacts]

_GREY, _COLOUR = Images(1, 28, 28), Images(3, 32, 32)
_MOST_CLASSES, _MOST_IMAGES = 10**6, 10**9

_USUAL: Mapping[str, Arg] = {
    "root": Arg(Str, ..., "Folder of the dataset, relative to the current directory.", reads=True),
    "download": Arg(Bool, ..., "Download the dataset if it is not below `root`."),
    "stand_in": Arg(
        Dataset,
        ...,
        "Generated dataset to use, and to say so, where this one is not on disk and there is no "
        "connection to download it.",
    ),
    "train": Arg(whole(ge=1, le=_MOST_IMAGES), ..., "Images in the training split."),
    "test": Arg(whole(ge=1, le=_MOST_IMAGES), ..., "Images in the test split."),
}


def _fixed(image: Images, classes: tuple[str, ...], train: int, test: int) -> DataOf:
    return lambda _: DataFacts(image, classes, len(classes), train, test)


# How many images each part of EMNIST has for training and for testing.
_EMNIST_COUNTS = {
    "byclass": (697_932, 116_323),
    "bymerge": (697_932, 116_323),
    "balanced": (112_800, 18_800),
    "letters": (124_800, 20_800),
    "digits": (240_000, 40_000),
    "mnist": (60_000, 10_000),
}


def _emnist_data(dataset: Component) -> DataFacts:
    part = dataset.get("split")
    return _fixed(_GREY, class_names.EMNIST[part], *_EMNIST_COUNTS[part])(dataset)


DIGITS_COUNT = 1797


def _digits_data(dataset: Component) -> DataFacts:
    test = held_out(DIGITS_COUNT, dataset.get("test_split"))
    names = class_names.DIGITS
    return DataFacts(Images(1, 8, 8), names, len(names), DIGITS_COUNT - test, test)


def _shapes_data(dataset: Component) -> DataFacts:
    names = class_names.shape_names(dataset.get("num_classes"))
    image = Images.of(dataset.get("image_shape"))
    return DataFacts(image, names, len(names), dataset.get("train"), dataset.get("test"))


def _random_data(dataset: Component) -> DataFacts:
    image = Images.of(dataset.get("image_shape"), "float32")
    train, test, target = dataset.get("train"), dataset.get("test"), dataset.get("target_shape")
    if target is not None:
        return DataFacts(image, None, None, train, test, target_shape=tuple(target))
    count: int = dataset.get("num_classes")
    return DataFacts(image, tuple(map(str, range(count))), count, train, test)


def _download(
    name: str,
    summary: str,
    data: DataOf,
    *,
    needs: Package | None = None,
    signature: str | None = None,
    **args: Arg,
) -> Entry:
    facts = DatasetFacts(data=data, downloadable=True, needs=needs)
    entry = pytorch("dataset", "torchvision.datasets", name, summary, facts)
    return replace(entry, own_args=("stand_in",), signature=signature).takes(
        root=..., **args, download=False, stand_in=None
    )


_DIGITS = Entry(
    "dataset",
    "Digits",
    "1,797 real handwritten digits of 8x8 pixels, one channel, from scikit-learn: no download.",
    "cifar_pipe.data.datasets.digits:load_digits",
    link="https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_digits.html",
    facts=DatasetFacts(
        data=_digits_data,
        generated=True,
        needs=Package("scikit-learn", "sklearn", "pip install 'cifar-pipe[digits]'"),
    ),
).takes(test_split=Arg(Share, 0.2, TEST_SPLIT))

_SHAPES = Entry(
    "dataset",
    "Shapes",
    "Coloured pictures of drawn forms, made from the seed: no files, no download.",
    "cifar_pipe.data.datasets.shapes:draw_shapes",
    facts=DatasetFacts(data=_shapes_data, generated=True),
).takes(
    image_shape=Arg(DrawnShape, [3, 32, 32], "Channels (1 or 3), height and width."),
    num_classes=Arg(
        whole(ge=2, le=class_names.SHAPES_LIMIT),
        10,
        "Number of classes; beyond ten, forms with patterned fills.",
    ),
    train=50_000,
    test=10_000,
)

_RANDOM = Entry(
    "dataset",
    "Random",
    "Noise with random targets, made from the seed: for measuring speed and fitting shapes.",
    "cifar_pipe.data.datasets.random:draw_random",
    facts=DatasetFacts(data=_random_data, generated=True, noise=True),
).takes(
    image_shape=Arg(ImageShape, [3, 32, 32], "Channels, height and width."),
    num_classes=Arg(whole(ge=2, le=_MOST_CLASSES), 10, "Number of classes."),
    train=1000,
    test=200,
    distribution=Arg(
        choice("uniform", "normal"),
        "uniform",
        "Of the float32 pixels, and of targets that are numbers: uniform in [0, 1), or normal "
        "with mean 0 and deviation 1.",
    ),
    target_shape=Arg(
        list_of(PositiveInt, minimum=1),
        None,
        "Shape of one target, if the targets are such numbers and not classes: [1000].",
    ),
)

_ENTRIES = [
    _download(
        "CIFAR10",
        "60,000 colour photographs of 32x32 pixels in 10 classes.",
        _fixed(_COLOUR, class_names.CIFAR10, 50_000, 10_000),
    ),
    _download(
        "CIFAR100",
        "60,000 colour photographs of 32x32 pixels in 100 classes.",
        _fixed(_COLOUR, class_names.CIFAR100, 50_000, 10_000),
    ),
    _download(
        "MNIST",
        "70,000 handwritten digits of 28x28 pixels, one channel.",
        _fixed(_GREY, class_names.DIGITS, 60_000, 10_000),
    ),
    _download(
        "FashionMNIST",
        "70,000 pictures of clothes of 28x28 pixels, one channel, in 10 classes.",
        _fixed(_GREY, class_names.FASHION, 60_000, 10_000),
    ),
    _download(
        "SVHN",
        "99,289 colour photographs of house numbers' digits, 32x32 pixels; needs SciPy.",
        _fixed(_COLOUR, class_names.DIGITS, 73_257, 26_032),
        needs=Package("SciPy", "scipy", "pip install scipy"),
    ),
    _download(
        "KMNIST",
        "70,000 handwritten Japanese characters of 28x28 pixels, one channel, in 10 classes.",
        _fixed(_GREY, class_names.KMNIST, 60_000, 10_000),
    ),
    _download(
        "QMNIST",
        "MNIST made anew from its source, with 60,000 digits to test on.",
        _fixed(_GREY, class_names.DIGITS, 60_000, 60_000),
        signature="torchvision.datasets:MNIST",
    ),
    _download(
        "EMNIST",
        "Handwritten letters and digits of 28x28 pixels, one channel; rows and columns exchanged.",
        _emnist_data,
        split=Arg(choice(*class_names.EMNIST), ..., "Which characters, and how they are classed."),
        signature="torchvision.datasets:MNIST",
    ),
    _download(
        "USPS",
        "9,298 handwritten digits from envelopes, of 16x16 pixels, one channel.",
        _fixed(Images(1, 16, 16), class_names.DIGITS, 7291, 2007),
    ),
    _download(
        "STL10",
        "13,000 colour photographs of 96x96 pixels in 10 classes; the archive has 2.6 GB.",
        _fixed(Images(3, 96, 96), class_names.STL10, 5000, 8000),
    ),
    *LISTED_SETS,
    *IMAGE_FILES,
    _DIGITS,
    _SHAPES,
    _RANDOM,
]

_BOTH = "both splits are loaded: a stage takes one with `split`"
TABLE = table(
    "dataset",
    _ENTRIES,
    by_name(_REASONS),
    usual=_USUAL,
    source=("torchvision.datasets",),
    arguments_left_out=lambda: {
        "train": _BOTH,
        "split": _BOTH,
        "transform": "load_data has `transforms`",
        "target_transform": "labels are the classes' numbers",
        "loader": "a function, and a pipeline holds data only",
        "is_valid_file": "a function, and a pipeline holds data only",
        "allow_empty": "an empty class is an error",
        "QMNIST.what": _BOTH,
        "QMNIST.compat": "always true: labels are the digits alone",
        "STL10.folds": "folds of the training images: use validation_split",
        **{
            f"{one.name}.download": "it is read where torchvision has unpacked it"
            for one in LISTED_SETS
        },
        "Caltech101.target_type": "the classes are the categories",
        "OxfordIIITPet.target_types": "the classes are the breeds",
        "OxfordIIITPet.transforms": "load_data has `transforms`",
    },
)
