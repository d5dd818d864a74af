"""What changes the key of a stage's result, and what does not: every setting of every stage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.pipeline.assembly import assemble
from cifar_pipe.pipeline.pipeline import Pipeline
from cifar_pipe.runner.store.keys import (
    Description,
    default_of,
    description,
    digest_of,
    key_of,
)
from cifar_pipe.stages.registry import STAGES
from tests.cases.case import BASE

DIGESTS = {name: name for name in ("data", "model", "history", "metrics", "files")}
# Other pipelines than the base, for settings that exclude others: the overrides that make them.
MONITOR = "train.monitor=val_loss"
SPLIT = "load_data.validation_split=0.1"
LOAD = "stages.load={file: a.pth}"
FOLDER = "stages.predict_folder={root: a}"
FIND_LR = "stages.find_lr={loss: CrossEntropyLoss, optimizer: SGD, after: build_model}"
FIND_SIZE = "stages.find_batch_size={loss: CrossEntropyLoss, optimizer: SGD, after: build_model}"
# For each setting of each stage: the overrides before, and the one that is added, or those after.
CHANGES: dict[tuple[str, str], tuple[Sequence[str], str | Sequence[str]]] = {
    ("find_batch_size", "effective_batch_size"): (
        (FIND_SIZE,),
        "find_batch_size.effective_batch_size=8",
    ),
    ("find_batch_size", "for_stage"): ((FIND_SIZE,), "find_batch_size.for_stage=other"),
    ("find_batch_size", "loss"): ((FIND_SIZE,), "find_batch_size.loss=MultiMarginLoss"),
    ("find_batch_size", "max_batch_size"): ((FIND_SIZE,), "find_batch_size.max_batch_size=8"),
    ("find_batch_size", "optimizer"): ((FIND_SIZE,), "find_batch_size.optimizer=AdamW"),
    ("find_lr", "accumulate"): ((FIND_LR,), "find_lr.accumulate=2"),
    ("find_lr", "clip_grad_norm"): ((FIND_LR,), "find_lr.clip_grad_norm=1"),
    ("find_lr", "clip_grad_value"): ((FIND_LR,), "find_lr.clip_grad_value=1"),
    ("find_lr", "early_stop_threshold"): ((FIND_LR,), "find_lr.early_stop_threshold=9"),
    ("find_lr", "end_lr"): ((FIND_LR,), "find_lr.end_lr=0.5"),
    ("find_lr", "for_stage"): ((FIND_LR,), "find_lr.for_stage=other"),
    ("find_lr", "loss"): ((FIND_LR,), "find_lr.loss=MultiMarginLoss"),
    ("find_lr", "optimizer"): ((FIND_LR,), "find_lr.optimizer=AdamW"),
    ("find_lr", "smoothing"): ((FIND_LR,), "find_lr.smoothing=0.5"),
    ("find_lr", "start_lr"): ((FIND_LR,), "find_lr.start_lr=1e-5"),
    ("find_lr", "steps"): ((FIND_LR,), "find_lr.steps=50"),
    ("load", "new_head"): ((LOAD,), "load.new_head=true"),
    ("load", "sha256"): ((LOAD,), f"load.sha256={'a' * 64}"),
    ("load_data", "fold"): ((), "load_data.fold={number: 1, of: 2}"),
    ("train", "trainable"): ((), "train.trainable=[fc3.*]"),
    ("load_data", "dataset"): ((), "load_data.dataset.train=50"),
    ("load_data", "classes"): ((), "load_data.classes={circle: ball}"),
    ("load_data", "transforms"): ((), "load_data.transforms=[ToTensor]"),
    ("load_data", "batch_size"): ((), "load_data.batch_size=8"),
    ("load_data", "shuffle"): ((), "load_data.shuffle=false"),
    ("load_data", "sampler"): ((), "load_data.sampler={type: RepeatAugSampler}"),
    ("load_data", "drop_last"): ((), "load_data.drop_last=true"),
    ("load_data", "validation_split"): ((), "load_data.validation_split=0.25"),
    ("show_images", "split"): ((), "show_images.split=test"),
    ("show_images", "count"): ((), "show_images.count=5"),
    ("show_images", "transformed"): ((), "show_images.transformed=true"),
    ("build_model", "layers"): ((), "build_model.layers.fc1.out_features=100"),
    ("build_model", "input_shape"): ((), "build_model.input_shape=[3, 32, 32]"),
    ("build_model", "initialize"): ((), "build_model.initialize={Linear: {weight: zeros_}}"),
    ("doctor", "near_duplicates"): (("stages.doctor={}",), "doctor.near_duplicates=false"),
    ("inspect", "input"): (("stages.inspect={input: random}",), "inspect.input=data"),
    ("inspect", "batch_size"): (("stages.inspect={input: random}",), "inspect.batch_size=2"),
    ("inspect", "loss"): (("stages.inspect={input: random}",), "inspect.loss=CrossEntropyLoss"),
    ("inspect", "watch"): (("stages.inspect={input: random}",), "inspect.watch=fc1.bias"),
    ("inspect", "show"): (("stages.inspect={input: random}",), "inspect.show=[output]"),
    ("train", "epochs"): ((), "train.epochs=2"),
    ("train", "steps"): (
        ("train.epochs=null", "train.steps=5"),
        ("train.epochs=null", "train.steps=6"),
    ),
    ("train", "loss"): ((), "train.loss={type: CrossEntropyLoss, label_smoothing: 0.1}"),
    ("train", "optimizer"): ((), "train.optimizer.lr=0.1"),
    ("train", "scheduler"): ((), "train.scheduler={type: StepLR, step_size: 1}"),
    ("train", "accumulate"): ((), "train.accumulate=2"),
    ("train", "clip_grad_norm"): ((), "train.clip_grad_norm=1"),
    ("train", "clip_grad_value"): ((), "train.clip_grad_value=1"),
    ("train", "averaging"): ((), "train.averaging=EMA"),
    ("train", "callbacks"): ((), "train.callbacks=[{type: TimeLimit, minutes: 1}]"),
    ("train", "log_every"): ((), "train.log_every=2"),
    ("train", "checkpoint"): ((), "train.checkpoint={steps: 5}"),
    ("train", "monitor"): ((SPLIT,), MONITOR),
    ("train", "restore_best"): ((SPLIT, MONITOR), "train.restore_best=true"),
    ("export", "path"): (("stages.export={path: a.onnx}",), "export.path=a.pt2"),
    ("save", "path"): ((), "save.path=other.pth"),
    ("load", "file"): (("stages.load={file: a.pth}",), ("stages.load={file: b.pth}",)),
    ("predict", "split"): ((), "predict.split=train"),
    ("predict", "count"): ((), "predict.count=5"),
    ("predict", "sample"): ((), "predict.sample=first"),
    ("predict_folder", "root"): ((FOLDER,), "predict_folder.root=b"),
    ("predict_folder", "top"): ((FOLDER,), "predict_folder.top=1"),
    ("predict_folder", "batch_size"): ((FOLDER,), "predict_folder.batch_size=7"),
    ("evaluate", "split"): ((), "evaluate.split=train"),
    ("evaluate", "views"): ((), "evaluate.views=[[], [{type: RandomHorizontalFlip, p: 1}]]"),
    ("find_lr", "trainable"): ((FIND_LR,), "find_lr.trainable=[fc3]"),
    ("find_batch_size", "trainable"): ((FIND_SIZE,), "find_batch_size.trainable=[fc3]"),
    ("evaluate", "metrics"): ((), "evaluate.metrics=[top_k_accuracy]"),
    ("evaluate", "loss"): ((), "evaluate.loss=CrossEntropyLoss"),
    ("evaluate", "batch_size"): ((), "evaluate.batch_size=7"),
    ("evaluate", "grad_cam"): ((), "evaluate.grad_cam=true"),
    ("evaluate", "wording"): ((), "evaluate.wording=tutorial"),
    ("report", "path"): ((), "report.path=other.html"),
    ("report", "title"): ((), "report.title=Other"),
}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.yaml"
    path.write_text(BASE)
    return path


def assembled(path: Path, *overrides: str) -> Pipeline:
    findings = Findings()
    assembly = assemble(path, overrides, findings)
    assert assembly is not None
    pipeline = assembly.pipeline({})
    assert findings.sorted() == []
    return pipeline


def described(pipeline: Pipeline, stage_id: str) -> Description:
    stage = pipeline.stage(stage_id)
    inputs = {output: DIGESTS[output] for output in stage.inputs}
    return description(
        stage.type, stage.spec, seed=1, inputs=inputs, runtime=pipeline.document.runtime
    )


def test_every_setting_is_tried() -> None:
    settings = {
        (name, field)
        for name, row in STAGES.items()
        for field in row.spec.model_fields
        if field != "from_"
    }
    assert settings == CHANGES.keys()


@pytest.mark.parametrize(("stage", "setting"), CHANGES)
def test_a_setting_changes_the_key_if_it_changes_results(
    base: Path, stage: str, setting: str
) -> None:
    first, change = CHANGES[stage, setting]
    second = [*first, change] if isinstance(change, str) else change
    before, after = (described(assembled(base, *one), stage) for one in (first, second))
    neutral = setting in STAGES[stage].spec.NEUTRAL
    assert (key_of(before) == key_of(after)) == neutral


@pytest.mark.parametrize(
    ("override", "changes"),
    [
        ("runtime.device=auto", False),
        ("runtime.threads=1", False),
        ("runtime.engine=eager", False),
        ("runtime.residency=memory", False),
        ("runtime.precision=bfloat16", True),
        ("runtime.memory_format=channels_last", True),
        ("description=other", False),
        ("name=other", False),
    ],
)
def test_of_the_top_level_only_the_number_format_and_the_layout_count(
    base: Path, override: str, changes: bool
) -> None:
    before, after = (
        described(assembled(base), "train"),
        described(assembled(base, override), "train"),
    )
    assert (before != after) == changes
    load, same = (
        described(assembled(base), "load_data"),
        described(assembled(base, override), "load_data"),
    )
    assert load == same


def test_what_is_written_as_it_is_by_default_changes_nothing(base: Path) -> None:
    before = described(assembled(base), "train")
    for override in (
        "train.loss={type: CrossEntropyLoss}",
        "train.loss={type: CrossEntropyLoss, reduction: mean}",
        "train.accumulate=1",
        "train.clip_grad_norm=null",
        "train.optimizer={momentum: 0.9, lr: 1e-3, type: SGD}",
        "train.optimizer={type: SGD, momentum: 0.9, nesterov: false}",
    ):
        assert described(assembled(base, override), "train") == before


def test_the_place_of_a_data_set_does_not_count(base: Path) -> None:
    folder = "load_data.dataset={{type: ImageFolder, root: {}}}"
    one, other = (described(assembled(base, folder.format(root)), "load_data") for root in "ab")
    assert one == other


def test_comments_and_the_order_of_keys_do_not_count(base: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    text = BASE.replace(
        "    epochs: 1\n    loss: CrossEntropyLoss\n",
        "    # as long as it takes\n    loss: CrossEntropyLoss\n    epochs: 1\n",
    )
    assert text != BASE
    other.write_text(text)
    assert described(assembled(base), "train") == described(assembled(other), "train")


def test_inputs_seed_code_and_what_is_read_from_elsewhere_count(base: Path) -> None:
    whole = described(assembled(base), "train")
    others = [
        {**whole, "inputs": {**whole["inputs"], "data": "other"}},
        {**whole, "seed": 2},
        {**whole, "code": 2},
        {**whole, "external": "other"},
    ]
    assert len({key_of(one) for one in (whole, *others)}) == 5


def test_digests_see_values_and_not_the_order_of_keys() -> None:
    assert digest_of({"a": 1, "b": [1.5, None]}) == digest_of({"b": [1.5, None], "a": 1})
    assert digest_of([1, 2]) != digest_of([2, 1])
    assert digest_of(1) != digest_of("1")


@pytest.mark.parametrize(
    ("stage", "path", "value"),
    [
        ("train", "optimizer.lr", 0.001),
        ("train", "accumulate", 1),
        ("train", "averaging", None),
        ("build_model", "layers.conv1.stride", 1),
        ("build_model", "layers.1.inplace", "(default)"),
        ("train", "averaging.decay", "(default)"),
        ("load_data", "dataset.nothing", "(default)"),
    ],
)
def test_the_default_of_a_setting_is_found_by_its_path(
    base: Path, stage: str, path: str, value: object
) -> None:
    assert default_of(assembled(base).stage(stage).spec, path) == value
