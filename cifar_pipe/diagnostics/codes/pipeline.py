"""Codes of what a pipeline does: its stages, data and networks."""

from __future__ import annotations

from cifar_pipe.diagnostics.codes.code import Code

PIPELINE = {
    # Stages: their types and ids, and what each takes from those above it.
    "unknown-stage": Code(
        "a stage type that does not exist",
        "A stage's id is its type unless `type:` says something else.",
        "stages:\n  evalute: {}\n",
        "Use an existing stage type; an id of your own needs a `type:`.",
    ),
    "stage-id": Code(
        "a stage id of the wrong form, or one that is reserved",
        "An id consists of lower-case letters, digits and `_`, begins with a letter, and is not a "
        "key of the top level.",
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
        "a `from:` that cannot be followed",
        "It does not name a stage above, or names one that does not give what is asked for.",
        "stages:\n  evaluate: {from: {model: trian}}\n",
        "Name a stage above that gives it, or leave `from` out: then the nearest one above is used.",
    ),
    "monitor": Code(
        "a monitored value that is never measured",
        "`val_loss` and `val_accuracy` are measured on the split `val`, which exists only with a "
        "`validation_split`; EarlyStopping looks at the one that `monitor` names.",
        "stages:\n  train: {monitor: val_accuracy}\n",
        "Add `validation_split: 0.1` to load_data, or leave `monitor` out.",
    ),
    # Files, data, classes and transforms.
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
        "stages:\n  save: {path: net.pth}\n"
        "  other:\n    type: build_model\n"
        "    layers: [Flatten, {type: Linear, out_features: 10}]\n  load: {}\n",
        "Load into the network that was saved, or name the right file.",
    ),
    "export": Code(
        "a model that cannot be exported in the format that is asked for",
        "ONNX and pt2 hold the transforms as a part of the network, and a transform without a "
        "fixed meaning in all runtimes cannot be: safetensors keeps the pipeline beside the weights. "
        "ONNX and safetensors need packages of their own.",
        "stages:\n"
        "  load_data:\n    transforms: [{type: Resize, size: [32, 32], interpolation: nearest}, ToTensor]\n"
        "  export: {path: net.onnx}\n",
        "Install the package, use another transform, or write a name that ends in .safetensors.",
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
    # Networks, and the loss, optimizer and scheduler that train them.
    "shape": Code(
        "a layer that does not fit the shape it is given",
        "An image is followed through the layers without its numbers, which gives every layer's output "
        "shape, as PyTorch computes it.",
        "stages:\n  build_model:\n"
        "    layers: [{type: Conv2d, out_channels: 6, kernel_size: 50}, Flatten,\n"
        "             {type: Linear, out_features: 10}]\n",
        "Change the layer, or those above it; `cifar-pipe show FILE` prints the table of all "
        "shapes. Sizes that are inferred (`in_features`) are best left out.",
    ),
    "layer-id": Code(
        "a layer's name that appears twice, or that is not possible",
        "A layer is called by its `id`, or by its type and number (`conv2d_1`); PyTorch's modules "
        "need some names for themselves.",
        "stages:\n  build_model:\n"
        "    layers: [{type: Flatten, id: one}, {type: Linear, out_features: 10, id: one}]\n",
        "Give the layer another id.",
    ),
    "block": Code(
        "a block that is declared or used wrongly",
        "A block is a list of layers under `blocks`, used by its name like a layer's type; its "
        "parameters are written in it as `$block.NAME`.",
        "blocks:\n"
        "  conv: {parameters: {width: 8}, layers: [{type: Conv2d, out_channels: 8, kernel_size: 3}]}\n",
        "Give it a name that no layer has, a list of `layers`, and use each of its `parameters`; no "
        "block can use itself.",
    ),
    "input": Code(
        "an `input` that does not name a layer above, or names too many or too few",
        "Ids are those of the same list, from above; `Add`, `Concat` and `Multiply` take several "
        "layers, every other layer takes one.",
        "stages:\n  build_model:\n"
        "    layers: [Flatten, {type: Linear, out_features: 10, input: flat}]\n",
        "Give the layer above that id, name another one, or leave `input` out: then a layer takes "
        "the one above it.",
    ),
    "loss": Code(
        "a loss that does not fit the network's output",
        "Some losses take probabilities or their logarithms, some the bare outputs.",
        "stages:\n  train: {loss: NLLLoss}\n",
        "Use the loss, or the last layer, that the finding suggests.",
    ),
    "optimizer": Code(
        "an optimizer that does not work with the network's parameters",
        "It is made for the network before anything runs; what PyTorch refuses is reported here.",
        "stages:\n  train: {optimizer: {type: Muon, lr: 0.1}}\n",
        "Use another optimizer, or change the arguments that the finding names.",
    ),
    "memory": Code(
        "a batch that needs more memory than there is",
        "Checked with `--memory` only. What is counted is the least that is needed: weights, "
        "gradients, the optimizer's state, and what is kept of a batch until its gradients are "
        "known. A device's libraries take some more.",
        "stages:\n  load_data: {batch_size: 512}\n  evaluate: {batch_size: 50}\n",
        "Use the batch size that the finding names, or a smaller network.",
        memory="16MiB",
    ),
    "scheduler": Code(
        "a scheduler that does not fit the training",
        "Its length is not that of the training, or it needs what the training does not measure.",
        "stages:\n  train:\n    scheduler: {type: OneCycleLR, max_lr: 0.1, total_steps: 5}\n",
        "Leave its length out where it is inferred, or change it.",
    ),
}
