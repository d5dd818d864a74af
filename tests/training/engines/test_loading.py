from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import sys
from cifar_pipe.training.engines.loading import leave_scipy_for_later

leave_scipy_for_later()
print("numba.np.arraymath" in sys.modules, "scipy.linalg" in sys.modules)

from numba.np.linalg import ensure_blas

ensure_blas()
print(hasattr(sys.modules["scipy.linalg.cython_blas"], "__pyx_capi__"))
"""


def test_scipy_is_imported_by_functions_that_compute_with_it() -> None:
    pytest.importorskip("numba")
    pytest.importorskip("scipy")
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "True"]
