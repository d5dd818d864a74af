from __future__ import annotations

import pytest

from cifar_pipe.syntax.scalars import NotANumberError, kind_of, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("nULL", "nULL"),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("tRUE", "tRUE"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("0", 0),
        ("-0", 0),
        ("+5", 5),
        ("010", 10),
        ("0o17", 15),
        ("0o8", "0o8"),
        ("0x1F", 31),
        ("-0x1F", "-0x1F"),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("-.5e1", -5.0),
        (".", "."),
        ("-", "-"),
        ("1e", "1e"),
        ("1.2.3", "1.2.3"),
        ("12:30", "12:30"),
        ("2026-11-23", "2026-11-23"),
        ("nan", "nan"),
        ("inf", "inf"),
        ("١٢", "١٢"),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
    ],
)
def test_a_plain_scalar_has_the_type_of_yaml_1_2(text: str, value: object) -> None:
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        ".inf",
        "-.Inf",
        "+.INF",
        ".nan",
        ".NaN",
        "1e999",
        "-1e999",
        str(2**64),
        "0x" + "f" * 17,
        "9" * 5000,
    ],
)
def test_what_is_infinite_or_beyond_64_bits_is_refused(text: str) -> None:
    with pytest.raises(NotANumberError):
        resolve(text)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "a truth value"),
        (1, "a whole number"),
        (0.5, "a number"),
        ("", "text"),
    ],
)
def test_kinds_have_words(value: bool | float | str | None, kind: str) -> None:
    assert kind_of(value) == kind
