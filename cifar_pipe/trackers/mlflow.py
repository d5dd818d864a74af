"""A run of an MLflow experiment."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cifar_pipe.trackers.tracker import Ending, TrackedRun

_STATUS = {"done": "FINISHED", "interrupted": "KILLED"}
# What MLflow takes in one request, and as the value of a parameter.
_METRICS, _PARAMETERS, _LONGEST = 1000, 100, 6000


class MLflow:
    """`uri` is a database, a folder or a server; without it what MLflow is set to. The run has the name of
    the run directory, in an experiment that is by default named like the pipeline. Files are copied to
    `mlruns` beside a database of SQLite, or to where the server keeps them.
    """

    def __init__(
        self, run: TrackedRun, *, uri: str | None = None, experiment: str | None = None
    ) -> None:
        # A server that does not answer must not hold a training up for minutes, as it does by default.
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
        from mlflow import MlflowClient  # noqa: PLC0415  an extra, slow to import

        # They tell of each table of a database that is made.
        for name in ("mlflow.store.db.utils", "alembic"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._client = MlflowClient(tracking_uri=uri)
        name = experiment or run.name
        found = self._client.get_experiment_by_name(name)
        number = found.experiment_id if found else self._new_experiment(name)
        directory = run.directory.absolute()
        tags = {"mlflow.source.name": "cifar-pipe", "run_directory": str(directory)}
        made = self._client.create_run(number, tags=tags, run_name=directory.name)
        self._id = made.info.run_id
        self._run = run
        self._log_settings(run.settings)

    def _new_experiment(self, name: str) -> str:
        # What else it may be is prompts and conversations, and its pages show those first.
        kind = {"mlflow.experimentKind": "custom_model_development"}
        place = _beside(self._client.tracking_uri, name)
        made: str = self._client.create_experiment(name, artifact_location=place, tags=kind)
        return made

    def _log_settings(self, settings: Mapping[str, Any]) -> None:
        from mlflow.entities import Param  # noqa: PLC0415

        rows = [Param(_name(one), str(value)[:_LONGEST]) for one, value in settings.items()]
        for start in range(0, len(rows), _PARAMETERS):
            self._client.log_batch(self._id, params=rows[start : start + _PARAMETERS])

    def log(self, stage: str, step: int, values: Mapping[str, float]) -> None:
        self._log({f"{stage}/{name}": value for name, value in values.items()}, step)

    def _log(self, values: Mapping[str, float], step: int = 0) -> None:
        from mlflow.entities import Metric  # noqa: PLC0415

        now = int(time.time() * 1000)
        rows = [Metric(_name(one), value, now, step) for one, value in values.items()]
        for start in range(0, len(rows), _METRICS):
            self._client.log_batch(self._id, metrics=rows[start : start + _METRICS])

    def end(self, ending: Ending) -> None:
        self._log(ending.metrics)
        for path in (*ending.pictures, *ending.files):
            folder = path.parent.relative_to(self._run.directory).as_posix()
            self._client.log_artifact(self._id, str(path), None if folder == "." else folder)
        self._client.set_terminated(self._id, _STATUS.get(ending.status, "FAILED"))


def _beside(uri: str, experiment: str) -> str | None:
    """Where the files of an experiment go: to the folder of a database that is a file, not to the one in
    which the command happens to run; servers and folders have a place of their own.
    """
    from sqlalchemy import make_url  # noqa: PLC0415  comes with MLflow's databases

    if not uri.startswith("sqlite:"):
        return None
    database = make_url(uri).database
    if not database:
        return None
    folder = re.sub(r"[^\w.\-]", "_", experiment)
    return (Path(database).absolute().parent / "mlruns" / folder).as_uri()


def _name(text: str) -> str:
    """Without the characters that MLflow takes in no name."""
    return re.sub(r"[^\w.\-/ :]", "_", text)
