"""A chart of each kind."""

from __future__ import annotations

from cifar_pipe.comparison.page.charts import Row, estimates
from cifar_pipe.comparison.statistics import Estimate
from cifar_pipe.report.charts.bars import bars, counted_bars
from cifar_pipe.report.charts.chart import Chart
from cifar_pipe.report.charts.confusion_matrix import confusion_matrix
from cifar_pipe.report.charts.curves import curves
from cifar_pipe.report.charts.learning_rates import learning_rates
from cifar_pipe.report.charts.look import Look, look_of
from cifar_pipe.report.charts.series import Mark, Series
from cifar_pipe.report.formatting import percent

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&"
POINTS = [(float(n), 2.3 / n) for n in range(1, 30)]
RATES = [(10 ** (at / 10 - 5), 2.3 - 0.02 * at if at < 40 else 1.5 * at) for at in range(60)]


def samples() -> dict[str, Chart]:
    two = [
        Series("training", POINTS),
        Series("validation", POINTS[9::10], look_of(1), marked=True),
        Series("test", [(29.0, 0.2)], Look("third", None, "diamond")),
    ]
    counts = [[50 if i == j else (i * j) % 3 for j in range(40)] for i in range(40)]
    return {
        "loss": curves(
            two, what="loss", epochs=[10, 29], mark=Mark(10, "best"), group="a", logarithmic=True
        ),
        "rate": curves([Series("rate", POINTS, stairs=True)], what="learning rate", group="a"),
        "bars": bars(
            {HOSTILE: 0.5, "图像": 0.25},
            overall=0.4,
            what="accuracy",
            intervals={HOSTILE: (0.4, 0.6)},
        ),
        "counts": counted_bars({HOSTILE: [5, 2]}, splits=["train", "test"], what="images"),
        "matrix": confusion_matrix([[8, 2], [1, 9]], [HOSTILE, "图像"]),
        "large": confusion_matrix(counts, [f"class {n}" for n in range(40)]),
        "find": learning_rates(RATES, RATES, {"steepest": 0.01}),
        "estimates": estimates(
            [
                Row(HOSTILE, Estimate(0.1, (-0.1, 0.3), 3), (0.0, 0.2)),
                Row("B", Estimate(0.2, None, 1)),
            ],
            of="variant",
            what="share",
            shares=True,
            text=percent,
            zero=True,
        ),
        "band": curves(
            [Series("A", [(1.0, 2.0), (2.0, 1.0)], band=[(1.0, 1.5, 2.5), (2.0, 0.5, 1.5)])],
            what="loss",
        ),
    }
