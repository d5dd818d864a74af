"""Image classification in PyTorch as data: see README.md."""

__version__ = "0.1.0"
