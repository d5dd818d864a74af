"""Keys at another level than the one that takes them, and keys that only other tools have."""

from __future__ import annotations

from tests.cases.case import BASE, Case
from tests.cases.edits import (
    BATCH,
    LOAD,
    LOSS,
    OPTIMIZER,
    SAVE,
    SEED,
    SGD,
    SHAPES,
    STAGES,
    TRANSFORMS,
    edited,
    override,
    scheduler,
)

LOG = "    log_every: 5\n"
LAYERS = "    layers:\n"
CONV1 = "kernel_size: 5, id: conv1"


def case(name: str, words: str, old: str, new: str, *, code: str = "unknown-key") -> Case:
    assert old in BASE, old
    return Case(name, code, words, old, new)


def top(key: str, value: str) -> Case:
    return case(f"{key}_at_the_top", key, SEED, f"{SEED}\n{key}: {value}")


def in_load_data(key: str, value: str) -> Case:
    return case(f"{key}_in_load_data", key, BATCH, f"{BATCH}\n    {key}: {value}")


def in_dataset(key: str, value: str) -> Case:
    return case(f"{key}_in_a_dataset", key, "test: 20}", f"test: 20, {key}: {value}}}")


def in_model(key: str, value: str) -> Case:
    return case(f"{key}_in_build_model", key, LAYERS, f"    {key}: {value}\n{LAYERS}")


def in_layer(key: str, value: str) -> Case:
    return case(f"{key}_in_a_layer", key, CONV1, f"{CONV1}, {key}: {value}")


def in_train(key: str, value: str) -> Case:
    return case(f"{key}_in_train", key, LOG, f"{LOG}    {key}: {value}\n")


def in_optimizer(key: str, value: str) -> Case:
    return case(f"{key}_in_an_optimizer", key, SGD, f"{SGD[:-1]}, {key}: {value}}}")


def in_scheduler(key: str, value: str) -> Case:
    return case(
        f"{key}_in_a_scheduler", key, *scheduler(f"{{type: StepLR, step_size: 1, {key}: {value}}}")
    )


def below_stages(key: str, value: str) -> Case:
    return case(
        f"{key}_below_stages", key, STAGES, f"{STAGES}  {key}: {value}\n", code="unknown-stage"
    )


CASES = [
    # at the top level, below stages, in runtime
    top("device", "cuda"),
    top("dataset", "CIFAR10"),
    top("epochs", "3"),
    top("lr", "0.1"),
    top("batch_size", "8"),
    top("optimiser", "SGD"),
    top("after", "train"),
    top("model", "{layers: [ReLU]}"),
    top("num_classes", "10"),
    top("defaults", "[a, b]"),
    Case("seed_in_runtime", "unknown-key", "seed", "{device: cpu}", "{device: cpu, seed: 3}"),
    below_stages("layers", "[ReLU]"),
    below_stages("epochs", "3"),
    Case("optimizer_below_stages", "unknown-stage", "SGD", STAGES, f"{STAGES}  optimizer: {{type: SGD}}\n"),
    Case("network_as_a_stage_type", "unknown-stage", "resnet18", LAYERS, f"    type: resnet18\n{LAYERS}"),
    Case("optimizer_as_a_stage_type", "unknown-stage", "SGD", LOG, f"{LOG}    type: SGD\n"),
    edited("stages_without_their_key", "missing-key", "load_data", (STAGES, ""), *((f"\n  {key}", f"\n{key}") for key in ("load_data", "show_images", "build_model", "train", "save", "predict", "evaluate", "report"))),
    # in load_data and build_model
    in_load_data("split", "train"),
    in_load_data("lr", "0.1"),
    in_load_data("num_classes", "10"),
    in_load_data("num_workers", "4"),
    in_load_data("val_split", "0.1"),
    in_load_data("mean", "[0.5, 0.5, 0.5]"),
    in_load_data("download", "true"),
    in_dataset("transforms", "[ToTensor]"),
    in_dataset("batch_size", "8"),
    in_dataset("classes", "[a, b]"),
    Case("path_of_a_folder", "unknown-key", "path", SHAPES, "{type: ImageFolder, path: photos}"),
    in_model("device", "cuda"),
    in_model("kernel_size", "3"),
    in_model("id", "x"),
    in_model("pretrained", "true"),
    in_model("backbone", "resnet18"),
    in_layer("lr", "0.1"),
    in_layer("filters", "8"),
    in_layer("rate", "2"),
    in_layer("p", "0.5"),
    in_layer("batch_norm", "true"),
    in_layer("name", "first"),
    Case("padding_in_capitals", "type", "padding: 'SAME'", CONV1, f"{CONV1}, padding: 'SAME'"),
    # in train and what it holds
    in_train("lr", "0.1"),
    in_train("learning_rate", "0.1"),
    in_train("weight_decay", "0.1"),
    in_train("momentum", "fast"),
    in_train("batch_size", "8"),
    in_train("shuffle", "true"),
    in_train("device", "cuda"),
    in_train("seed", "3"),
    in_train("metrics", "[accuracy]"),
    case(
        "top_in_a_metric", "top", "metrics: [accuracy,", "metrics: [{type: accuracy, top: 5},"
    ),
    case("top_in_f1", "top", "metrics: [accuracy,", "metrics: [{type: f1, top: 5},"),
    case("num_train_of_shapes", "num_train", "train: 40, test: 20", "num_train: 40, test: 20"),
    case(
        "topk_in_a_metric", "topk", "metrics: [accuracy,", "metrics: [{type: accuracy, topk: 5},"
    ),
    in_train("validation_split", "0.1"),
    in_train("label_smoothing", "0.1"),
    in_train("step_size", "3"),
    in_train("precision", "16"),
    in_train("gradient_clip_val", "1.0"),
    in_train("early_stopping", "true"),
    in_train("hooks", "[]"),
    in_train("grad_accum", "4"),
    in_train("ema", "true"),
    in_train("mixup", "0.2"),
    in_train("max_epochs", "3"),
    in_optimizer("scheduler", "StepLR"),
    in_optimizer("decay", "0.1"),
    in_optimizer("betas", "[0.9, 0.99]"),
    in_scheduler("monitor", "val_loss"),
    in_scheduler("lr", "0.1"),
    in_scheduler("step", "3"),
    # one mistake, one finding
    edited("optimizer_at_the_top_alone", "unknown-key", "optimizer", (SEED, f"{SEED}\noptimizer: SGD"), (OPTIMIZER, "")),
    edited("loss_at_the_top_alone", "unknown-key", "loss", (SEED, f"{SEED}\nloss: MSELoss"), (LOSS, "restore_best: false")),
    edited("epochs_in_an_optimizer_alone", "unknown-key", "epochs", (SGD, f"{SGD[:-1]}, epochs: 1}}"), ("    epochs: 1\n", "")),
    edited("path_of_save_at_the_top", "unknown-key", "path", (SEED, f"{SEED}\npath: x.pth"), (SAVE, "save: {}")),
    edited("dataset_at_the_top_alone", "unknown-key", "dataset", (SEED, f"{SEED}\ndataset: Shapes"), (LOAD, LOAD.replace(f"dataset: {SHAPES}", "shuffle: true"))),
    # a list of components
    Case("compose", "type", "type: Compose", TRANSFORMS, "    transforms: {type: Compose, transforms: [ToTensor]}\n"),
    Case("compose_by_name", "type", "{Compose: [ToTensor]}", TRANSFORMS, "    transforms: {Compose: [ToTensor]}\n"),
    Case("compose_in_a_list", "component", "Compose", "      - ToTensor\n", "      - {type: Compose, transforms: [ToTensor]}\n"),
    Case("sequential_in_a_list", "component", "Sequential", "      - ToTensor\n", "      - {type: Sequential, layers: [ToTensor]}\n"),
    Case("one_transform", "type", "type: Resize", TRANSFORMS, "    transforms: {type: Resize, size: 32}\n"),
    Case("input_without_from", "unknown-key", "data", "    epochs: 1", "    data: load_data\n    epochs: 1"),
    Case("stage_id_that_is_an_argument", "unknown-stage", "a", "  load_data:\n", "  a: {use: load_data}\n  load_data:\n"),
    Case("random_apply", "left-out", "RandomApply", "      - ToTensor\n", "      - {type: RandomApply, transforms: [ColorJitter], p: 0.5}\n"),
    Case("left_out_with_its_module", "left-out", "transforms.Lambda", "      - ToTensor\n", "      - transforms.Lambda\n"),
    # names of other tools
    Case("habit_batch_normalization", "unknown-component", "BatchNormalization", "      - ReLU\n", "      - BatchNormalization\n"),
    Case("habit_random_flip_layer", "unknown-component", "RandomFlip", "      - ReLU\n", "      - RandomFlip\n"),
    Case("habit_cosine", "unknown-component", "cosine", *scheduler("cosine")),
    # on the command line
    override("override_of_another_level", "unknown-key", "lr", "train.lr=0.1"),
    override("override_of_another_stage", "unknown-key", "validation_split", "train.validation_split=0.1"),
    override("override_without_a_stage", "override", "validation_split", "validation_split=0.1"),
    override("override_in_other_words", "override", "max_epochs", "max_epochs=3"),
    override("override_of_what_there_is_not", "override", "num_workers", "num_workers=3"),
]  # fmt: skip
