"""Tells names of variables that a SUPP-- can hold from those of the standards."""

from __future__ import annotations

from adamline.standards.sdtm_variables import sdtm_variables

# New in SDTM 2.0; studies before it have them in SUPP--.
_LATE = frozenset(["CLSIG", "COLSRT", "EVDTYP", "REASOC", "RLPRT", "RLPRC", "ORREF", "STREFC", "STREFN"])
# ADaM 1.1: what derivations make, and read by default. Flags of populations and strata are not here: they may be QNAMs.
_ADAM = """
    PARAM PARAMCD PARAMN PARAMTYP AVAL AVALC AVISIT AVISITN ATPT ATPTN ADT ADTM ADY ASTDT ASTDTM ASTDY AENDT AENDTM
    AENDY BASE BASEC BASETYPE CHG PCHG DTYPE ABLFL ONTRTFL LVOTFL ANRIND BNRIND ANRLO ANRHI ATOXGR BTOXGR ASEQ APERIOD
    APHASE TRTP TRTPN TRTA TRTAN TRTSDT TRTSDTM TRTEDT TRTEDTM TRTDURD
"""
DERIVED = frozenset(_ADAM.split())


def may_be_qualifier(domain: str, name: str) -> bool:
    """Whether a QNAM of the domain may be called so: what SDTM has for the domain, and ADaM derives, it may not.

    >>> [may_be_qualifier("AE", name) for name in ("AETRTEM", "AESER", "PARAMCD")]
    [True, False, False]
    """
    is_standard = name in sdtm_variables(domain) and name[2:] not in _LATE
    return not is_standard and name not in DERIVED
