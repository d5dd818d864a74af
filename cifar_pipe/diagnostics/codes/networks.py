"""Codes of networks: layers, and the loss, optimizer and scheduler that train them."""

from __future__ import annotations

from cifar_pipe.diagnostics.codes.code import Code

NETWORKS = {
    "shape": Code(
        "a layer that does not fit the shape it is given",
        "The network is run on PyTorch's meta device, without numbers, which gives every layer's "
        "output shape.",
        "stages:\n"
        "  build_model:\n"
        "    layers: [{type: Conv2d, out_channels: 6, kernel_size: 50}, Flatten,\n"
        "             {type: Linear, out_features: 10}]\n",
        "Change the layer, or those above it; `cifar-pipe show FILE` prints the table of all "
        "shapes. Sizes that are inferred (`in_features`) are best left out.",
    ),
    "layer-id": Code(
        "a layer's name that appears twice, or that is not possible",
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
        "Checked with `--memory` only. Weights, gradients, the optimizer's state, and what is kept "
        "of a batch until its gradients are known are counted: the least that is needed. A "
        "device's libraries take some more.",
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
