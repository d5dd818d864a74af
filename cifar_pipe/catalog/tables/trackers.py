"""Where a run's curves, settings, metrics and pictures go beside the run directory."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Entry, table
from cifar_pipe.catalog.core.facts import Package, TrackerFacts

TABLE = table(
    "tracker",
    [
        Entry(
            "tracker",
            "TensorBoard",
            "Writes event files into the run directory, for `tensorboard --logdir runs`.",
            "cifar_pipe.trackers.tensorboard:TensorBoard",
            link="https://www.tensorflow.org/tensorboard",
            facts=TrackerFacts(
                needs=Package("TensorBoard", "tensorboard", "pip install 'cifar-pipe[tensorboard]'")
            ),
        ),
        Entry(
            "tracker",
            "CSV",
            "Writes curves, settings and metrics as tables of text into the run directory.",
            "cifar_pipe.trackers.csv_files:CSV",
            facts=TrackerFacts(),
        ),
    ],
)
