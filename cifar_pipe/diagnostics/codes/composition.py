"""Codes of how a pipeline is put together: base files, order, references, overrides."""

from __future__ import annotations

from cifar_pipe.diagnostics.codes.code import Code

COMPOSITION = {
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
        "`$data.channels`. It must not lead to itself and cannot be part of a longer text.",
        "vars: {width: 8}\nstages:\n  load_data: {batch_size: $vars.widht}\n",
        "Define the name under `vars:`, or use one that is defined. `$$` is a dollar.",
    ),
    "override": Code(
        "a `-S` override whose path does not exist",
        "Its path names a stage, a key or an item that the pipeline does not have.",
        "name: mine\n",
        "Write the path as the file has it: stage id, key, key; items of lists by number or by "
        "`id`.",
        overrides=("trian.epochs=2",),
    ),
}
