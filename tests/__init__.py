"""The tests. Where several processes run them at once, each computes with one thread."""

from __future__ import annotations

import os

if "PYTEST_XDIST_WORKER" in os.environ:
    # Before torch is imported, which reads it then.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
