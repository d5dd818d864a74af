"""Edits of the base that several files of cases make, and pipelines of their own."""

from __future__ import annotations

from tests.cases.case import BASE, Case

NAME = "name: lenet\n"
SEED = "seed: 0"
STAGES = "stages:\n"
SHAPES = "{type: Shapes, train: 40, test: 20}"
BATCH = "batch_size: 4"
TENSOR = "      - ToTensor\n"
NORMALIZE = "{type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}"
TRANSFORMS = f"    transforms:\n{TENSOR}      - {NORMALIZE}\n"
FLATTEN = "      - Flatten\n"
CONV1 = "{type: Conv2d, out_channels: 6, kernel_size: 5, id: conv1}"
CONV2 = "      - {type: Conv2d, out_channels: 16, kernel_size: 5, id: conv2}\n"
LINEAR = "{type: Linear, out_features: 10, id: fc3}"
FC3 = f"      - {LINEAR}\n"
LOSS = "loss: CrossEntropyLoss"
SGD = "{type: SGD, lr: 0.001, momentum: 0.9}"
OPTIMIZER = f"    optimizer: {SGD}\n"
SAVE = "save: {path: cifar_net.pth}"
METRICS = "metrics: [accuracy, per_class_accuracy, confusion_matrix]"
EVALUATE = f"{{split: test, {METRICS}}}"
LOAD = BASE[BASE.index("  load_data:\n") : BASE.index("  show_images:")]
IMAGES = f"dataset: {SHAPES}, transforms: [ToTensor]"
LAYERS = "Flatten, {type: Linear, out_features: 10}"
PAIR = (
    "{parameters: {width: }, layers: [{type: Conv2d, out_channels: $block.width, kernel_size: 1}]}"
)
CONV = "{type: Conv2d, out_channels: 16, kernel_size: $block.w}"
SIZED_PAIR = f"pair: {{parameters: {{w: 1}}, layers: [{CONV}]}}"
SIZED = BASE.replace(NAME, f"{NAME}vars: {{w: 4}}\n").replace(BATCH, "batch_size: $vars.w")


def scheduler(text: str) -> tuple[str, str]:
    return OPTIMIZER, f"{OPTIMIZER}    scheduler: {text}\n"


def optimizer(text: str) -> tuple[str, str]:
    return OPTIMIZER, f"    optimizer: {text}\n"


def before_flatten(text: str) -> tuple[str, str]:
    return FLATTEN, f"      - {text}\n{FLATTEN}"


def after_flatten(text: str) -> tuple[str, str]:
    return FLATTEN, f"{FLATTEN}      - {text}\n"


def before_tensor(text: str) -> tuple[str, str]:
    return TENSOR, f"      - {text}\n{TENSOR}"


def after_tensor(text: str) -> tuple[str, str]:
    return TENSOR, f"{TENSOR}      - {text}\n"


def edited(name: str, code: str, words: str, *edits: tuple[str, str], count: int = 1) -> Case:
    """Several edits of the base."""
    text = BASE
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return Case(name, code, words, new=text, count=count)


def over(name: str, code: str, words: str, text: str, *, base: str = BASE, count: int = 1) -> Case:
    """A file that extends the base."""
    beside = {"base.yaml": base}
    return Case(name, code, words, new=f"extends: base.yaml\n{text}", beside=beside, count=count)


def with_base(
    name: str, code: str, words: str, old: str, new: str, *, text: str = "seed: 1\n"
) -> Case:
    """The mistake is in the file that is extended."""
    assert old in BASE
    return over(name, code, words, text, base=BASE.replace(old, new, 1))


def beside(name: str, code: str, words: str, two: str) -> Case:
    """A file that extends two."""
    files = {"base.yaml": BASE, "two.yaml": two}
    return Case(name, code, words, new="extends: [base.yaml, two.yaml]\n", beside=files)


def override(name: str, code: str, words: str, *texts: str) -> Case:
    return Case(name, code, words, overrides=texts)


def reference(name: str, written: str, *, code: str = "reference", words: str = "") -> Case:
    """In place of a number of epochs, beside a variable `count`."""
    text = BASE.replace(NAME, f"{NAME}vars: {{count: 3}}\n").replace(
        "epochs: 1", f"epochs: {written}"
    )
    return Case(name, code, words or written, new=text)


def block(text: str) -> str:
    return f"blocks:\n  pair: {text}\n{STAGES}"


def used(name: str, code: str, words: str, text: str, use: str) -> Case:
    """A block and a use of it above the convolution."""
    return Case(name, code, words, STAGES, block(text), (f"build_model.layers.4={use}",))


def with_blocks(name: str, code: str, words: str, blocks: str, use: str = "pair") -> Case:
    """Blocks and a use of one above Flatten."""
    text = BASE.replace(FLATTEN, f"      - {use}\n{FLATTEN}")
    return Case(name, code, words, new=text.replace(NAME, f"{NAME}blocks: {blocks}\n"))


def small(
    *stages: str, data: str = IMAGES, layers: str = LAYERS, loss: str = LOSS, train: str = ""
) -> str:
    """One line a stage: data, network, training, and those that are given."""
    lines = [
        f"load_data: {{batch_size: 4, {data}}}",
        f"build_model: {{layers: [{layers}]}}",
        f"train: {{epochs: 1, {loss}, optimizer: {{type: SGD, lr: 0.1}}{train}}}",
        *stages,
    ]
    return "version: 1\nstages:\n" + "".join(f"  {line}\n" for line in lines)


def random(settings: str) -> str:
    """A dataset of random numbers with random numbers as targets."""
    shape = "image_shape: [3, 8, 8], target_shape: [10]"
    return f"dataset: {{type: Random, {shape}, train: 40, test: 20{settings}}}"
