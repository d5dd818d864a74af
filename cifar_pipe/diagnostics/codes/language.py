"""Codes of what is written: the text, its keys and values, and how files become one pipeline."""

from __future__ import annotations

from cifar_pipe.diagnostics.codes.code import Code

LANGUAGE = {
    "file": Code(
        "a pipeline file that cannot be read",
        "There is no such file, it is a folder, or reading it is not permitted. `cifar-pipe` ends with "
        "status 2; `--format json` and `--format sarif` have it among the findings.",
        "",
        "Correct the path, or the file's permissions.",
    ),
    # The text, before anything in it is a pipeline.
    "syntax": Code(
        "the text is not YAML",
        "A bracket or a quote is never closed, a tab indents, a colon has no space after it, or "
        "the indentation does not fit the lines above.",
        "stages:\n  train: {epochs: 2\n",
        "Fix the place that the finding points to; `[` and `{` need their counterpart, and "
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
        "More than 100 levels, more than 20,000 values (aliases and references count as their "
        "values), more than 4 MiB, or more than 200 mistakes.",
        "vars:\n"
        "  a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]\n"
        "  b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        "  c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
        "  d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
        "  e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n",
        "A pipeline is a few kilobytes: check that this is the right file, and what is repeated "
        "in it.",
    ),
    "tag": Code(
        "a YAML tag; a pipeline has none",
        "`!name` and `!!type` ask a YAML reader to make an object. Nothing in a pipeline does.",
        "seed: !!int 3\n",
        "Leave the tag out; quote a text that begins with `!`.",
    ),
    "alias": Code(
        "an alias that names nothing, or refers to itself",
        "`*name` repeats what `&name` marked above it.",
        "seed: *default\n",
        "Put `&name` at the value above, or quote a text that begins with `*`. Values that are "
        "used more than once are better put under `vars:`.",
    ),
    "duplicate-key": Code(
        "a key appears twice in one mapping",
        "Other YAML readers silently keep the last one.",
        "seed: 1\nseed: 2\n",
        "Keep one of the two. Two stages of one type need two ids: "
        "`evaluate_train: {type: evaluate, split: train}`.",
    ),
    "not-a-mapping": Code(
        "a mapping is expected here",
        "There is a single value or a list where keys with values belong.",
        "stages:\n  train: [SGD]\n",
        "Write `key: value` lines below it, or `{key: value}`.",
    ),
    "version": Code(
        "a version of the language that this cifar-pipe does not read",
        "`version:` is the version of the language, which is 1, not that of the pipeline.",
        "version: 2\n",
        "Write `version: 1`, or install a newer cifar-pipe.",
    ),
    # Keys, values and components.
    "unknown-key": Code(
        "a key that is not allowed here",
        "Misspelt, at the wrong level, or an argument that this component does not have. No key is "
        "ever ignored.",
        "stages:\n  train: {epoch: 3}\n",
        "Use the key that the finding suggests; `cifar-pipe components KIND NAME` lists the "
        "arguments of a component.",
    ),
    "missing-key": Code(
        "a required key is missing",
        "The stage, or the component, has no default for it.",
        "stages:\n  save: {}\n",
        "Add the key; the finding says what it means.",
    ),
    "type": Code(
        "a value of a different type than expected",
        "Types are strict: `true` is not 1, `'0.1'` is a text and not a number, 2.5 is not a count.",
        "stages:\n  load_data: {batch_size: '4'}\n",
        "Write the value as the type that the finding names.",
    ),
    "value": Code(
        "a value outside what is allowed",
        "The type is right, the value is not: too small, too large, or not one of the allowed "
        "words.",
        "stages:\n  evaluate: {split: tets}\n",
        "Use a value in the range, or one of the words, that the finding names.",
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
        "Misspelt, or of another kind: a layer where a transform belongs. The names are those of "
        "PyTorch and torchvision, as far as the catalogue has them.",
        "stages:\n  train: {optimizer: {type: Adm, lr: 0.1}}\n",
        "Use the name that the finding suggests, or one that `cifar-pipe components KIND` lists.",
    ),
    "left-out": Code(
        "a PyTorch name that the catalogue leaves out",
        "It exists in PyTorch or torchvision and cannot be used for classifying images from a "
        "file; the finding says why.",
        "stages:\n  build_model: {layers: [Flatten, {type: LSTM, hidden_size: 8}]}\n",
        "Use another component.",
    ),
    "argument": Code(
        "arguments that the component itself refuses",
        "Each argument has the right type, but together they do not make a component, whatever "
        "is around it.",
        "stages:\n  build_model:\n"
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
    # Base files, order, references, overrides.
    "extends": Code(
        "an `extends:` that cannot be followed",
        "The file is not there, cannot be read, or extends itself in a cycle. The path is "
        "relative to the file in which it is written.",
        "extends: bse.yaml\n",
        "Write the path of a pipeline file, relative to this one.",
    ),
    "order": Code(
        "an `after:` or `before:` that cannot be followed",
        "It does not name another stage, or two stages wait for each other.",
        "stages:\n  save: {path: net.pth, after: trian}\n",
        "Write the id of another stage.",
    ),
    "reference": Code(
        "a `$reference` that names nothing",
        "A reference is a whole value: `$vars.NAME`, or `$data.num_classes`, `$data.image_shape`, "
        "`$data.channels`, or how the network's pretrained weights want their images: `$model.mean`, "
        "`$model.std`, `$model.size`, `$model.resize`, `$model.interpolation`. It must not lead to itself and cannot be part of a longer text.",
        "vars: {width: 8}\nstages:\n  load_data: {batch_size: $vars.widht}\n",
        "Define the name under `vars:`, or use one that is defined. `$$` is a dollar.",
    ),
    "override": Code(
        "a `-S` override that leads nowhere, or changes nothing",
        "Its path names a stage, a key or an item that the pipeline does not have; or it sets a "
        "variable that nothing uses, or what a later override replaces. The run would be another "
        "than was asked for.",
        "name: mine\n",
        "Write the path as the file has it: stage id, key, key; items of lists by number or by "
        "`id`.",
        overrides=("trian.epochs=2",),
    ),
}
