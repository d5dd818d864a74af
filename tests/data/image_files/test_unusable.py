from __future__ import annotations

from cifar_pipe.data.image_files.unusable import Unusable, UnusableFiles

EMPTY, REPAIR = "cannot be decoded: it is empty", "repair such files"


def test_one_file_is_the_message() -> None:
    error = UnusableFiles([Unusable("a.jpg", EMPTY, REPAIR)])
    assert (error.message, error.notes) == (f"a.jpg {EMPTY}", ())
    assert error.help == (REPAIR,)


def test_several_are_named_in_order_and_each_help_once() -> None:
    names = "cab"
    error = UnusableFiles([Unusable(f"{name}.jpg", EMPTY, REPAIR) for name in names])
    assert error.message == "3 image files cannot be used"
    assert error.notes == tuple(f"{name}.jpg {EMPTY}" for name in "abc")
    assert error.help == (REPAIR,)


def test_many_of_one_reason_are_one_line() -> None:
    small = [Unusable(f"{n:04}.jpg", "is 9 x 9", "Resize") for n in range(1200)]
    assert UnusableFiles(small).message == "0000.jpg is 9 x 9, and so for 1,199 more"
    both = UnusableFiles([*small, Unusable("a.jpg", EMPTY, REPAIR)])
    assert both.message == "1,201 image files cannot be used"
    assert both.notes == ("0000.jpg is 9 x 9, and so for 1,199 more", f"a.jpg {EMPTY}")


def test_no_more_lines_than_people_read() -> None:
    error = UnusableFiles([Unusable(f"{n:02}.jpg", f"reason {n}", "help") for n in range(50)])
    assert (len(error.notes), error.notes[-1]) == (21, "and 30 more")


def test_what_is_left_out_is_counted_in_files() -> None:
    """The last of the lines stands for 1,200 of them."""
    distinct = [Unusable(f"{n:02}.jpg", f"reason {n}", "help") for n in range(25)]
    alike = [Unusable(f"z{n:04}.jpg", "is 9 x 9", "help") for n in range(1200)]
    error = UnusableFiles([*distinct, *alike])
    assert error.message == "1,225 image files cannot be used"
    assert (len(error.notes), error.notes[-1]) == (21, "and 1,205 more")
