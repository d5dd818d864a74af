"""The numbers of what a program of kernels does; a row of a program begins with one."""

from __future__ import annotations

# Integers, not an enumeration: compiled code has them as constants.
LOAD, CONVOLVE, POOL_MAX, POOL_MEAN, ACTIVATE, DROP, LINEAR, NORMALIZE, COPY, LOSS = range(10)
TAKE, CURVE, PRELU, NORMALIZE_GROUPS, SOFTMAX, MULTIPLY, DEPTHWISE, ATTEND, SHIFT = range(10, 19)
# The first half of a batch normalization, which every image of a batch has to go through before the second one.
STATISTICS = 19
# Of most small networks: programs of these alone are compiled in half the time that all takes.
USUAL = (LOAD, CONVOLVE, POOL_MAX, ACTIVATE, DROP, LINEAR, COPY, LOSS)
# The gradients of each follow.
BACK = 32
# Batch normalization outside of training, which has none.
RESCALE = 2 * BACK - 1

RELU, LEAKY_RELU, RELU6, SIGMOID, TANH, SILU, GELU, GELU_TANH, HARDSWISH, ELU = range(10)
HARDSIGMOID, HARDTANH, SOFTPLUS, MISH, SELU, CELU = range(6)
LOG_SIGMOID, SOFTSIGN, TANHSHRINK, HARDSHRINK, SOFTSHRINK, THRESHOLD = range(6, 12)

COLUMNS = 32

# So many images go through linear layers without a matrix product.
FEW = 4

# Which optimizer updates the parameters after a step; NONE changes nothing.
NONE, DESCENT, ADAM = range(3)
