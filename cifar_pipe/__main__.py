"""`python -m cifar_pipe` is `cifar-pipe`."""

from __future__ import annotations


def main() -> None:
    from cifar_pipe.cli.app import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
