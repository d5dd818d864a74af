"""The kinds of findings, one code each: what docs/errors.md is made from."""

from __future__ import annotations

from dataclasses import dataclass

BASE_NAME = "base.yaml"
BASE = """\
version: 1
stages:
  load_data:
    dataset: {type: Shapes, train: 40, test: 20}
    transforms: [ToTensor]
    batch_size: 4
  build_model:
    layers:
      - {type: Conv2d, out_channels: 6, kernel_size: 5}
      - ReLU
      - Flatten
      - {type: Linear, out_features: 10}
  train:
    epochs: 1
    loss: CrossEntropyLoss
    optimizer: {type: SGD, lr: 0.1}
  evaluate: {}
"""
"""The pipeline that every example is laid over."""


@dataclass(frozen=True, slots=True)
class Code:
    """`example` is laid over BASE, with `overrides` (`-S`), and then has a finding of this code.

    An example that does not say itself what it `extends` extends BASE_NAME. `other_torch` marks
    what only another version of PyTorch gives; `memory` is `--memory`'s size. With a `warning` a pipeline runs all the same.
    """

    summary: str
    cause: str
    example: str
    mend: str
    overrides: tuple[str, ...] = ()
    other_torch: bool = False
    memory: str | None = None
    warning: bool = False


_SYNTAX = {
    "syntax": Code(
        "the text is not YAML",
        "A bracket or a quote is never closed, a tab indents, a colon has no space behind it, or "
        "the indentation does not fit the lines above.",
        "stages:\n  train: {epochs: 2\n",
        "Mend the place that the finding points to; `[` and `{` need their counterpart, and "
        "lines are indented with spaces.",
    ),
    "encoding": Code(
        "the file is not UTF-8 text",
        "The file has another encoding, or holds a character that YAML does not allow, such as "
        "NUL or escape.",
        "name: le\x07net\n",
        "Save the file as UTF-8; delete the character, or write it as an escape in double quotes.",
    ),
    "too-large": Code(
        "the document is nested too deep or has too many values",
        "More than 100 levels, more than 20,000 values (aliases and references counted with what "
        "they stand for), more than 4 MiB, or more than 200 mistakes.",
        "vars:\n"
        "  a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]\n"
        "  b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        "  c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
        "  d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
        "  e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n",
        "A pipeline is a few kilobytes: look whether this is the right file, and what repeats "
        "itself in it.",
    ),
    "tag": Code(
        "a YAML tag; a pipeline has none",
        "`!name` and `!!type` ask a YAML reader to make an object. Nothing in a pipeline does.",
        "seed: !!int 3\n",
        "Leave the tag out; quote a text that begins with `!`.",
    ),
    "alias": Code(
        "an alias that names nothing, or leads to itself",
        "`*name` repeats what `&name` marked above it.",
        "seed: *default\n",
        "Put `&name` at the value above, or quote a text that begins with `*`. Values that are "
        "used more than once stand better under `vars:`.",
    ),
    "duplicate-key": Code(
        "a key stands twice in one mapping",
        "Other YAML readers keep the last one without a word.",
        "seed: 1\nseed: 2\n",
        "Keep one of the two. Two stages of one type need two ids: "
        "`evaluate_train: {type: evaluate, split: train}`.",
    ),
    "not-a-mapping": Code(
        "a mapping is expected here",
        "A single value or a list stands where keys with values belong.",
        "stages:\n  train: [SGD]\n",
        "Write `key: value` lines below it, or `{key: value}`.",
    ),
    "version": Code(
        "a version of the language that this cifar-pipe does not read",
        "`version:` names the language's version, which is 1; it is not the pipeline's own.",
        "version: 2\n",
        "Write `version: 1`, or install a newer cifar-pipe.",
    ),
}

_TYPES = {
    "unknown-key": Code(
        "a key that is not allowed here",
        "Misspelt, at the wrong level, or an argument that this component does not have. No key is "
        "ever ignored.",
        "stages:\n  train: {epoch: 3}\n",
        "Take the key that the finding offers; `cifar-pipe components KIND NAME` lists the "
        "arguments of a component.",
    ),
    "missing-key": Code(
        "a key that has to be given",
        "The stage, or the component, has no default for it.",
        "stages:\n  save: {}\n",
        "Add the key; the finding tells what it means.",
    ),
    "type": Code(
        "a value of another type than is expected",
        "Types are strict: `true` is not 1, `'0.1'` is a text and no number, 2.5 is no count.",
        "stages:\n  load_data: {batch_size: '4'}\n",
        "Write the value as the type that the finding names.",
    ),
    "value": Code(
        "a value outside what is allowed",
        "The type is right, the value is not: too small, too large, or none of the words that "
        "there are.",
        "stages:\n  evaluate: {split: tets}\n",
        "Take a value in the range, or one of the words, that the finding names.",
    ),
    "component": Code(
        "neither a name nor a mapping with a type",
        "Datasets, transforms, layers, losses, optimizers, schedulers and metrics are written as a "
        "name (`ReLU`) or as a mapping with `type` and arguments (`{type: SGD, lr: 0.1}`).",
        "stages:\n  train: {loss: 3}\n",
        "Write the name, or `{type: NAME, ...}`.",
    ),
    "unknown-component": Code(
        "a name that is not in the catalogue",
        "Misspelt, or of another kind: a layer where a transform belongs. What may be named is "
        "PyTorch's and torchvision's own, as far as the catalogue has it.",
        "stages:\n  train: {optimizer: {type: Adm, lr: 0.1}}\n",
        "Take the name that the finding offers, or one that `cifar-pipe components KIND` lists.",
    ),
    "left-out": Code(
        "a name of PyTorch's that the catalogue leaves out",
        "It exists in PyTorch or torchvision and cannot be used for classifying images from a "
        "file; the finding tells why.",
        "stages:\n  build_model: {layers: [Flatten, {type: LSTM, hidden_size: 8}]}\n",
        "Take another component.",
    ),
    "argument": Code(
        "arguments that the component itself refuses",
        "Each argument has a right type, and together they make no component, whatever stands "
        "around it.",
        "stages:\n"
        "  build_model:\n"
        "    layers: [{type: MaxPool2d, kernel_size: 2, padding: 2}, Flatten,\n"
        "             {type: Linear, out_features: 10}]\n",
        "Change the argument that the finding points to.",
    ),
    "torch-version": Code(
        "a component or argument that the installed torch does not have",
        "The catalogue follows the newest PyTorch and torchvision; older ones lack some arguments.",
        "stages:\n  train: {optimizer: {type: Adam, lr: 0.1, decoupled_weight_decay: true}}\n",
        "Leave the argument out, or install a newer version.",
        other_torch=True,
    ),
}

_COMPOSITION = {
    "extends": Code(
        "an `extends:` that cannot be followed",
        "The file is not there, cannot be read, or extends itself in a circle. The path is "
        "relative to the file that says it.",
        "extends: bse.yaml\n",
        "Write the path of a pipeline file, relative to this one.",
    ),
    "order": Code(
        "an `after:` or `before:` that cannot be",
        "It names no other stage, or two stages wait for each other.",
        "stages:\n  save: {path: net.pth, after: trian}\n",
        "Name the id of another stage.",
    ),
    "reference": Code(
        "a `$reference` that names nothing",
        "A reference is a whole value: `$vars.NAME`, or `$data.num_classes`, `$data.image_shape`, "
        "`$data.channels`. It may not lead to itself, and is no part of a longer text.",
        "vars: {width: 8}\nstages:\n  load_data: {batch_size: $vars.widht}\n",
        "Define the name under `vars:`, or take one that is there. `$$` is a dollar.",
    ),
    "override": Code(
        "a `-S` override that leads nowhere",
        "Its path names a stage, a key or an item that the pipeline does not have.",
        "name: mine\n",
        "Write the path as the file has it: stage id, key, key; items of lists by number or by "
        "`id`.",
        overrides=("trian.epochs=2",),
    ),
}

_STAGES = {
    "unknown-stage": Code(
        "a stage type that does not exist",
        "A stage's id is its type unless `type:` says otherwise.",
        "stages:\n  evalute: {}\n",
        "Take a stage type that there is; an id of your own needs a `type:`.",
    ),
    "stage-id": Code(
        "a stage id of the wrong form, or one that is reserved",
        "An id is lower-case letters, digits and `_`, begins with a letter, and is no key of the "
        "top level.",
        "stages:\n  evaluate-train: {type: evaluate, split: train}\n",
        "Rename the stage.",
    ),
    "needs": Code(
        "a stage needs what nothing above it gives",
        "Stages run in file order, and each takes what it needs from those above: data, a model, "
        "a training's history, metrics, a saved file.",
        "stages:\n  early: {type: evaluate, before: load_data}\n",
        "Move the stage below those that give what it needs, or add them.",
    ),
    "from": Code(
        "a `from:` that cannot be",
        "It names no stage above, or one that does not give what is asked for.",
        "stages:\n  evaluate: {from: {model: trian}}\n",
        "Name a stage above that gives it, or leave `from` out: the nearest giver above is taken.",
    ),
    "monitor": Code(
        "a monitored name that is never measured",
        "`val_loss` and `val_accuracy` are measured on the split `val`, which is there only with a "
        "`validation_split`.",
        "stages:\n  train: {monitor: val_accuracy}\n",
        "Add `validation_split: 0.1` to load_data, or leave `monitor` out.",
    ),
}

_DATA = {
    "path": Code(
        "two stages that write one file",
        "What a stage writes lies in the run directory under its `path`; two of one path would "
        "overwrite each other, and a file cannot be a folder as well.",
        "stages:\n  save: {path: net.pth}\n  save_again: {type: save, path: net.pth}\n",
        "Give each stage a path of its own.",
    ),
    "weights": Code(
        "weights that do not fit the network",
        "The names and shapes of a file's tensors must be those of the network's parameters; with "
        "`--data`, and when a run begins, files are also looked for and read.",
        "stages:\n"
        "  save: {path: net.pth}\n"
        "  other:\n"
        "    type: build_model\n"
        "    layers: [Flatten, {type: Linear, out_features: 10}]\n"
        "  load: {}\n",
        "Load into the network that was saved, or name the right file.",
    ),
    "data": Code(
        "the data is not what the pipeline asks for",
        "A split that does not exist; with `--data`, and when a run begins, also files that are "
        "missing or broken.",
        "stages:\n  evaluate: {split: val}\n",
        "Do what the finding's help says.",
    ),
    "classes": Code(
        "numbers of classes that do not fit",
        "`classes:`, a loss's class weights, or the network's outputs have another number of "
        "classes than the data.",
        "stages:\n  load_data: {classes: [circle, square]}\n",
        "Name every class; end the network with as many outputs as there are classes: "
        "`{type: Linear, out_features: $data.num_classes}`.",
    ),
    "transform": Code(
        "a transform that does not fit the images it gets",
        "The transforms are followed one by one: type, size, channels, range of values.",
        "stages:\n  load_data: {transforms: [{type: Normalize, mean: [0.5], std: [0.5]}]}\n",
        "Mostly a matter of order (`ToTensor` before `Normalize`), or of sizes and channels.",
    ),
}

_NETWORK = {
    "shape": Code(
        "a layer that does not fit the shape it is given",
        "The network is run on PyTorch's meta device, without numbers; every layer's output shape "
        "is known from that.",
        "stages:\n"
        "  build_model:\n"
        "    layers: [{type: Conv2d, out_channels: 6, kernel_size: 50}, Flatten,\n"
        "             {type: Linear, out_features: 10}]\n",
        "Change the layer, or those above it; `cifar-pipe show FILE` prints the table of all "
        "shapes. Sizes that are inferred (`in_features`) are best left out.",
    ),
    "layer-id": Code(
        "a layer's name that stands twice, or that cannot be one",
        "A layer is called by its `id`, or by its type and number (`conv2d_1`); PyTorch's modules "
        "need some names for themselves.",
        "stages:\n"
        "  build_model:\n"
        "    layers: [{type: Flatten, id: one}, {type: Linear, out_features: 10, id: one}]\n",
        "Give the layer another id.",
    ),
    "block": Code(
        "a block that is declared or used wrongly",
        "A block is a list of layers under `blocks`, used by its name like a layer's type; its "
        "parameters stand in it as `$block.NAME`.",
        "blocks:\n"
        "  conv: {parameters: {width: 8}, layers: [{type: Conv2d, out_channels: 8, kernel_size: 3}]}\n",
        "Give it a name that no layer has, a list of `layers`, and use each of its `parameters`; no "
        "block can use itself.",
    ),
    "input": Code(
        "an `input` that names no layer above, or more or fewer layers than one takes",
        "Ids are those of the same list, from above; `Add`, `Concat` and `Multiply` take several, "
        "every other layer takes one.",
        "stages:\n"
        "  build_model:\n"
        "    layers: [Flatten, {type: Linear, out_features: 10, input: flat}]\n",
        "Give the layer above that id, name another one, or leave `input` out: then a layer takes "
        "the one above it.",
    ),
    "loss": Code(
        "a loss that does not fit the network's output",
        "Some losses take probabilities or their logarithms, some the bare outputs.",
        "stages:\n  train: {loss: NLLLoss}\n",
        "Take the loss, or the last layer, that the finding offers.",
    ),
    "optimizer": Code(
        "an optimizer that does not work with the network's parameters",
        "It is made for the network before anything runs; what PyTorch refuses is told here.",
        "stages:\n  train: {optimizer: {type: Muon, lr: 0.1}}\n",
        "Take another optimizer, or change the arguments that the finding names.",
    ),
    "memory": Code(
        "a batch that needs more memory than there is",
        "Looked for with `--memory` only. Counted are weights, gradients, the optimizer's state, and "
        "what is kept of a batch until its gradients are known: the least that is needed. A "
        "device's libraries take some more.",
        "stages:\n  load_data: {batch_size: 512}\n  evaluate: {batch_size: 50}\n",
        "Take the batch size that the finding names, or a smaller network.",
        memory="16MiB",
    ),
    "scheduler": Code(
        "a scheduler that does not fit the training",
        "Its length is not the training's, or it needs what the training does not measure.",
        "stages:\n  train:\n    scheduler: {type: OneCycleLR, max_lr: 0.1, total_steps: 5}\n",
        "Leave its length out where it is inferred, or change it.",
    ),
}

_WARNINGS = {
    "unused": Code(
        "a variable or a block that nothing uses",
        "Its name stands in no `$vars` reference, or in no list of layers, so that changing it "
        "changes nothing. Those of a file that is extended are not told.",
        "vars: {width: 8}\n",
        "Use it, or leave it out.",
        warning=True,
    ),
    "last-layer": Code(
        "an activation at the network's end that the loss applies itself, or that spoils it",
        "CrossEntropyLoss takes bare outputs and applies LogSoftmax itself: behind a Softmax of "
        "its own a network learns slowly, behind a ReLU it cannot tell classes apart whose outputs "
        "are 0. BCEWithLogitsLoss is the same with Sigmoid.",
        "stages:\n"
        "  build_model:\n"
        "    layers: [Flatten, {type: Linear, out_features: 10}, {type: Softmax, dim: 1}]\n",
        "Leave the last activation out, or take the loss that is made for it.",
        warning=True,
    ),
    "unreached": Code(
        "a learning rate that never comes to what the scheduler says",
        "A milestone lies behind the training's end, or a half cosine is longer than the training, "
        "so that it stops on the way; or it is shorter, so that the rate goes up again. Schedulers "
        "count epochs unless `per: step` is said.",
        "stages:\n  train: {scheduler: {type: MultiStepLR, milestones: [30, 60]}}\n",
        "Change the number, or the training's length; leave it out where it is inferred.",
        warning=True,
    ),
    "no-effect": Code(
        "a setting that changes nothing, or leaves nothing to change",
        "What it says is legal, and with the rest of the pipeline it comes to nothing: a loss "
        "printed each 100 steps of an epoch that has 10, the best 10 of 10 classes, a learning "
        "rate of 0.",
        "stages:\n  train: {log_every: 100}\n",
        "Change the number, or leave the setting out.",
        warning=True,
    ),
    "untrained": Code(
        "a network that is measured before it is trained",
        "Stages run in file order: above the training the network's weights are random. Not told "
        "where the same is done again below, to compare.",
        "stages:\n  early: {type: predict, after: build_model}\n",
        "Move the stage below the training.",
        warning=True,
    ),
    "value-range": Code(
        "statistics of another range of values than the images have",
        "ToTensor gives values from 0 to 1; a mean of 125 is one of values from 0 to 255, which "
        "ToDtype without `scale` leaves.",
        "stages:\n"
        "  load_data:\n"
        "    transforms: [ToTensor, {type: Normalize, mean: [125, 123, 114], std: [63, 62, 67]}]\n",
        "Divide mean and std by 255, or scale the images.",
        warning=True,
    ),
}

CODES: dict[str, Code] = {
    **_SYNTAX,
    **_TYPES,
    **_COMPOSITION,
    **_STAGES,
    **_DATA,
    **_NETWORK,
    **_WARNINGS,
}
