"""Where a run's curves, settings, metrics and pictures go beside the run directory."""

from __future__ import annotations

from cifar_pipe.catalog.core.entry import Arg, Entry, table
from cifar_pipe.catalog.core.facts import Package, TrackerFacts
from cifar_pipe.catalog.core.types import Str, choice, optional

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
            "MLflow",
            "Makes the run one of an MLflow experiment, with its pictures, page and pipeline as artifacts.",
            "cifar_pipe.trackers.mlflow:MLflow",
            link="https://mlflow.org/docs/latest/ml/tracking/",
            facts=TrackerFacts(
                needs=Package("MLflow", "mlflow", "pip install 'cifar-pipe[mlflow]'")
            ),
        ).takes(
            uri=Arg(
                optional(Str),
                None,
                "Where runs are kept: sqlite:///mlflow.db, a folder or a server; null: what MLflow is "
                "set to.",
            ),
            experiment=Arg(optional(Str), None, "The experiment's name; null: the pipeline's."),
        ),
        Entry(
            "tracker",
            "WandB",
            "Makes the run one of Weights & Biases, offline in the run directory unless mode is online.",
            "cifar_pipe.trackers.wandb:WandB",
            link="https://docs.wandb.ai",
            facts=TrackerFacts(
                needs=Package("Weights & Biases", "wandb", "pip install 'cifar-pipe[wandb]'")
            ),
        ).takes(
            project=Arg(optional(Str), None, "The project's name; null: the pipeline's."),
            mode=Arg(
                choice("offline", "online"),
                "offline",
                "offline: nothing is sent before `wandb sync`; online: sent as the run goes.",
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
