"""The one type of whole numbers on the command line."""

from __future__ import annotations

from collections.abc import Callable

import typer


def at_least(least: int) -> Callable[[str | int], int]:
    """Reads an option that is a whole number, ``least`` or more, in plain digits, as specs and tables have them.

    `typer.BadParameter` for any other text: Python's own `int` also takes ``1_0`` and the digits of every script.

    >>> at_least(1)("12")
    12
    >>> at_least(1)("1_0")
    Traceback (most recent call last):
        ...
    typer._click.exceptions.BadParameter: '1_0' is not a whole number such as 12.
    """

    def whole_number(written: str | int) -> int:
        # Imported late, for --help to be quick.
        from adamline.io.number_text import A_WHOLE_NUMBER, whole_number_of

        try:
            number = whole_number_of(str(written))
        except ValueError:
            raise typer.BadParameter(f"{written!r} is not {A_WHOLE_NUMBER}.") from None
        if number < least:
            raise typer.BadParameter(f"{number} is less than {least}.")
        return number

    return whole_number
