"""Codes of files, data, classes and transforms."""

from __future__ import annotations

from cifar_pipe.diagnostics.codes.code import Code

DATA = {
    "path": Code(
        "two stages that write one file",
        "What a stage writes is put into the run directory under its `path`; two stages with one "
        "path would overwrite each other, and a file cannot be a folder as well.",
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
        "numbers of classes that do not match",
        "`classes:`, a loss's class weights, or the network's outputs have a different number of "
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
