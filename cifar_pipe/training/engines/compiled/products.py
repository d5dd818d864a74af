"""Matrix products by the BLAS library that torch brings, from compiled code.

Its address goes to the compiler as a symbol: as a number in the code it would be compiled anew in each process.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import llvmlite.binding
import torch
from numba import njit, types

# No `nnan`: what is not finite has to be seen. No `afn`: exp and log as torch rounds them, nearly.
OPTIONS: dict[str, Any] = {
    "fastmath": {"reassoc", "contract", "nsz", "arcp"},
    "error_model": "numpy",
    "boundscheck": False,
    "nogil": True,
    "cache": True,
}
_SYMBOL = "cifar_pipe_sgemm"


def library() -> ctypes.CDLL:
    folder = Path(torch.__file__).parent / "lib"
    names = ("libtorch_cpu.so", "libtorch_cpu.dylib", "torch_cpu.dll")
    found = [folder / name for name in names if (folder / name).exists()]
    if not found:
        raise OSError(f"{folder} has no libtorch_cpu")
    return ctypes.CDLL(str(found[0]))


def _address() -> int:
    """Of Fortran's `sgemm`. Raises OSError where torch has none that others may call."""
    try:
        return ctypes.cast(library().sgemm_, ctypes.c_void_p).value or 0
    except AttributeError as error:
        raise OSError("this build of torch exports no sgemm") from error


llvmlite.binding.add_symbol(_SYMBOL, _address())
_sgemm = types.ExternalFunction(_SYMBOL, types.void(*[types.uintp] * 13))

# The arguments of a product on their way: sizes, letters and factors, 8 bytes each, of which sgemm reads
# as many of the lower ones as it takes (little-endian).
WORDS = 16
_ONE = 0x3F800000  # 1.0 as float32


@njit(**OPTIONS)
def product(t, ta, tb, m, n, k, a, lda, b, ldb, add, c, ldc):
    """C [m, n] = op(a) op(b), or added to it; row by row in memory, `a`, `b`, `c` addresses.

    `a` is stored as [m, k], or as [k, m] where `ta` is 1; `b` as [k, n], or as [n, k] where `tb` is 1.
    """
    t[0] = n
    t[1] = m
    t[2] = k
    t[3] = ldb
    t[4] = lda
    t[5] = ldc
    t[6] = _ONE
    t[7] = _ONE if add else 0
    t[8] = 84 if tb else 78
    t[9] = 84 if ta else 78
    p = t.ctypes.data
    # Row by row, the transposed product of the columns that Fortran sees.
    _sgemm(p + 64, p + 72, p, p + 8, p + 16, p + 48, b, p + 24, a, p + 32, p + 56, c, p + 40)
