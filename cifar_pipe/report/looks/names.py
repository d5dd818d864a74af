"""The names of the pictures' files, in the folders of their stages."""

from __future__ import annotations

AUGMENTED = "augmented.png"
AUGMENTED_EPOCHS = 3
"""How many epochs it shows."""
FILTERS = "filters.png"
GRAD_CAM = "grad_cam.png"
