"""A run of an MLflow experiment."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Mapping
from typing import Any

from cifar_pipe.trackers.tracker import Ending, TrackedRun

_STATUS = {"done": "FINISHED", "interrupted": "KILLED"}
# What MLflow takes in one request, and as the value of a parameter.
_METRICS, _PARAMETERS, _LONGEST = 1000, 100, 6000


class MLflow:
    """`uri` is a database, a folder or a server; without it what MLflow is set to. The run has the name of
    the run directory, in an experiment that is by default named like the pipeline.
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
        number = found.experiment_id if found else self._client.create_experiment(name)
        made = self._client.create_run(number, run_name=run.directory.absolute().name)
        self._id = made.info.run_id
        self._run = run
        self._log_settings(run.settings)

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


def _name(text: str) -> str:
    """Without the characters that MLflow takes in no name."""
    return re.sub(r"[^\w.\-/ :]", "_", text)
