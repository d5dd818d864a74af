from __future__ import annotations

from cifar_pipe.report.charts.bars import bars, counted_bars


def test_bars_keep_the_order_of_the_classes_and_show_the_shares() -> None:
    chart = bars({"plane": 0.6, "car": 0.75, "cat": 0.0}, overall=0.45, what="accuracy")
    assert chart.table == [
        ["class", "accuracy"],
        ["plane", "60.0\u00a0%"],
        ["car", "75.0\u00a0%"],
        ["cat", "0.0\u00a0%"],
    ]
    assert chart.summary.replace("\u00a0", " ").startswith(
        "accuracy, 45.0 % over all: plane 60.0 %"
    )
    assert [row["v"] for row in chart.spec["data"]["values"]] == [0.6, 0.75, 0.0]


def test_intervals_are_drawn_and_said() -> None:
    chart = bars({"a": 0.5, "b": 0.4}, overall=None, what="accuracy", intervals={"a": (0.4, 0.6)})
    assert [row[2].replace("\u00a0", " ") for row in chart.table[1:]] == ["40.0 % to 60.0 %", "–"]
    assert [(row.get("l"), row.get("h")) for row in chart.spec["data"]["values"]] == [
        (0.4, 0.6),
        (None, None),
    ]
    assert "95 % interval" in chart.note


def test_all_of_many_classes_are_there_each_with_a_name_of_its_own() -> None:
    names = [f"a class with a long name that ends in number {n}" for n in range(100)]
    chart = bars(dict.fromkeys(names, 0.5), overall=0.5, what="accuracy")
    rows = chart.spec["data"]["values"]
    assert [row["name"] for row in rows] == names
    assert len({row["c"] for row in rows}) == 100


def test_counted_bars_say_the_smallest_and_the_largest_class() -> None:
    chart = counted_bars({"a": [3000, 20], "b": [500, 10]}, splits=["train", "test"], what="images")
    assert chart.summary == "images: from 500 of b to 3,000 of a"
    assert chart.table[1] == ["a", "3,000", "20"]
