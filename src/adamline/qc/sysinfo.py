"""The return code of PROC COMPARE, bit for bit, and the error of a comparison that could not be done."""

from __future__ import annotations

from enum import IntFlag

from adamline.errors import NOWHERE, DataError, Place


class SysInfo(IntFlag):
    """SYSINFO: what differs, the more serious the higher; from 64 on, more than attributes do.

    Source: Base SAS Procedures Guide, COMPARE procedure, "Macro Return Codes (SYSINFO)".

    >>> int(SysInfo.LABEL | SysInfo.VALUE)
    4128
    """

    DSLABEL = 1
    DSTYPE = 2
    INFORMAT = 4
    FORMAT = 8
    LENGTH = 16
    LABEL = 32
    BASEOBS = 64
    COMPOBS = 128
    BASEBY = 256
    COMPBY = 512
    BASEVAR = 1024
    COMPVAR = 2048
    VALUE = 4096
    TYPE = 8192
    BYVAR = 16384
    ERROR = 32768


class CompareError(DataError):
    """A comparison that could not be done; ``sysinfo`` is the code that PROC COMPARE would return.

    >>> CompareError("There is no comparison dataset.").sysinfo
    <SysInfo.ERROR: 32768>
    """

    def __init__(
        self,
        what: str,
        *,
        place: Place = NOWHERE,
        expected: str = "",
        found: str = "",
        hint: str = "",
        sysinfo: SysInfo = SysInfo.ERROR,
    ) -> None:
        """Keep the code beside the parts of the message; ERROR is always in it."""
        super().__init__(what, place=place, expected=expected, found=found, hint=hint)
        self.sysinfo = sysinfo | SysInfo.ERROR
