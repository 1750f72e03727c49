"""Variables of the domains of SDTMIG 3.2, 3.3 and 3.4, by the classes of SDTM, and which of them are numbers."""

from __future__ import annotations

from functools import cache
from typing import Literal

# `--` stands for the domain's two letters. A class of the model has more variables than the guide shows in a domain;
# all of them are allowed there (SDTMIG 3.4, 2.5).
_IDENTIFIERS = """
    STUDYID DOMAIN USUBJID SUBJID POOLID APID SPDEVID NHOID FETUSID FOCID --SEQ --GRPID --REFID --RECID --SPID
    --LNKID --LNKGRP
"""
_TIMING = """
    VISITNUM VISIT VISITDY TAETORD EPOCH RPHASE RPPLDY RPPLSTDY RPPLENDY MIDS RELMIDS MIDSDTC --DTC --STDTC
    --ENDTC --DY --STDY --ENDY --NOMDY --NOMLBL --RPDY --RPSTDY --RPENDY --XDY --XSTDY --XENDY --DUR --TPT
    --TPTNUM --ELTM --TPTREF --RFTDTC --STRF --ENRF --EVLINT --EVINTX --STRTPT --STTPT --ENRTPT --ENTPT --STINT
    --ENINT --DETECT --PTFL --PDUR
"""
_INTERVENTIONS = """
    --TRT --MODIFY --DECOD --MOOD --CAT --SCAT --PRESP --OCCUR --REASOC --STAT --REASND --INDC --CLAS --CLASCD
    --DOSE --DOSTXT --DOSU --DOSFRM --DOSFRQ --DOSTOT --DOSRGM --ROUTE --LOT --LOC --LAT --DIR --PORTOT --METHOD
    --FAST --PSTRG --PSTRGU --TRTV --VAMT --VAMTU --ADJ --RSDISC --USCHFL
"""
_EVENTS = """
    --TERM --MODIFY --LLT --LLTCD --DECOD --EVDTYP --PTCD --HLT --HLTCD --HLGT --HLGTCD --CAT --SCAT --PRESP
    --OCCUR --REASOC --STAT --REASND --BODSYS --BDSYCD --SOC --SOCCD --LOC --LAT --DIR --PORTOT --PARTY --PRTYID
    --SEV --SER --ACN --ACNOTH --ACNDEV --REL --RELNST --RLDEV --PATT --OUT --SCAN --SCONG --SDISAB --SDTH
    --SHOSP --SLIFE --SOD --SMIE --SINTV --UNANT --RLPRT --RLPRC --CONTRT --TOX --TOXGR --USCHFL --SPEC --ANTREG
"""
_FINDINGS = """
    --TESTCD --TEST --MODIFY --TSTDTL --TSTOPO --CAT --SCAT --POS --BODSYS --ORRES --ORRESU --ORNRLO --ORNRHI
    --ORREF --RESTYP --RESSCL --STRESC --STRESN --STRESU --STNRLO --STNRHI --STNRC --STREFC --STREFN --NRIND
    --RESCAT --CLSIG --COLSRT --CHRON --DISTR --STAT --REASND --XFN --NAM --LOINC --SPEC --ANTREG --SPCCND
    --SPCUFL --LOC --LAT --DIR --PORTOT --METHOD --RUNID --ANMETH --LEAD --CSTATE --TSTCND --BDAGNT --ABCLID
    --MRKSTR --GATE --GATDEF --SPTSTD --SBMRKS --CELSTA --TSTPNL --TMTHSN --IMPLBL --BLFL --LOBXFL --FAST
    --DRVFL --EVAL --EVALID --ACPTFL --TOX --TOXGR --SEV --DTHREL --LLOQ --ULOQ --EXCLFL --REASEX --REPNUM
    --USCHFL --RSLSCA --MSCBCE --REASPF --PARTY --PRTYID
"""
_CLASSES = {"interventions": _INTERVENTIONS, "events": _EVENTS, "findings": _FINDINGS, "about": _FINDINGS + " --OBJ"}
_DOMAINS = {
    "interventions": "AG CM EC EX ML PR SU",
    "events": "AE BE CE DS DV HO MH",
    "findings": "BS CP CV DA DD EG FT GF IE IS LB MB MI MK MO MS NV OE PC PE PP QS RE RP RS SC SS TR TU UR VS",
    "about": "FA SR",
}
# What a domain has beyond its class.
_FURTHER = {
    "EG": "EGBEATNO",
    "GF": "GFGENREF GFCHROM GFSYM GFSYMTYP GFGENLOC GFGENSR GFSEQID GFPVRID GFCOPYID GFINHERT",
    "IS": "ISBDAGNT",
    "MB": "MBNSPCES",
    "MS": "MSAGENT MSCONC MSCONCU MSNSPCES MSGENTYP",
    "AE": "AEACNDEV AERLDEV AEEPRELI",
    "DD": "DDRESCAT",
}
_WHOLE = {
    "DM": """
    STUDYID DOMAIN USUBJID SUBJID RFSTDTC RFENDTC RFXSTDTC RFXENDTC RFCSTDTC RFCENDTC RFICDTC RFPENDTC DTHDTC
    DTHFL SITEID INVID INVNAM BRTHDTC AGE AGETXT AGEU SEX RACE ETHNIC SPECIES STRAIN SBSTRAIN ARMCD ARM ACTARMCD
    ACTARM ARMNRS ACTARMUD SETCD COUNTRY DMDTC DMDY RPATHCD
""",
    "CO": """
    STUDYID DOMAIN RDOMAIN USUBJID POOLID COSEQ IDVAR IDVARVAL COREF COVAL COVAL1 COVAL2 COVAL3 COVAL4 COVAL5
    COVAL6 COVAL7 COVAL8 COVAL9 COEVAL COEVALID CODTC CODY
""",
    "SE": """STUDYID DOMAIN USUBJID SESEQ ETCD ELEMENT TAETORD EPOCH SESTDTC SEENDTC SESTDY SEENDY SEUPDES""",
    "SM": "STUDYID DOMAIN USUBJID SMSEQ MIDS MIDSTYPE SMSTDTC SMENDTC SMSTDY SMENDY",
    "SV": """
    STUDYID DOMAIN USUBJID SVSEQ VISITNUM VISIT VISITDY TAETORD EPOCH SVPRESP SVOCCUR SVREASOC SVCNTMOD SVEPCHGI
    SVSTDTC SVENDTC SVSTDY SVENDY SVUPDES
""",
    "TA": "STUDYID DOMAIN ARMCD ARM TAETORD ETCD ELEMENT TABRANCH TATRANS EPOCH",
    "TD": "STUDYID DOMAIN TDORDER TDANCVAR TDSTOFF TDTGTPAI TDMINPAI TDMAXPAI TDNUMRPT",
    "TE": "STUDYID DOMAIN ETCD ELEMENT TESTRL TEENRL TEDUR",
    "TI": "STUDYID DOMAIN IETESTCD IETEST IECAT IESCAT TIRL TIVERS",
    "TM": "STUDYID DOMAIN MIDSTYPE TMDEF TMRPT",
    "TS": """
    STUDYID DOMAIN TSSEQ TSGRPID TSPARMCD TSPARM TSVAL TSVAL1 TSVAL2 TSVAL3 TSVAL4 TSVAL5 TSVAL6 TSVAL7 TSVAL8
    TSVAL9 TSVALNF TSVALCD TSVCDREF TSVCDVER
""",
    "TV": "STUDYID DOMAIN VISITNUM VISIT VISITDY ARMCD ARM TVSTRL TVENRL",
    "OI": "STUDYID DOMAIN NHOID OISEQ OIPARMCD OIPARM OIVAL",
    "RELREC": "STUDYID RDOMAIN USUBJID POOLID IDVAR IDVARVAL RELTYPE RELID",
    "SUPPQUAL": "STUDYID RDOMAIN USUBJID POOLID IDVAR IDVARVAL QNAM QLABEL QVAL QORIG QEVAL",
}
_NUMBERS = """
    AGE VISITNUM VISITDY TAETORD RPPLDY RPPLSTDY RPPLENDY TDORDER TDNUMRPT MSCONC --SEQ --DY --STDY --ENDY
    --NOMDY --RPDY --RPSTDY --RPENDY --XDY --XSTDY --XENDY --TPTNUM --DOSE --DOSTOT --PSTRG --VAMT --LLTCD
    --PTCD --HLTCD --HLGTCD --BDSYCD --SOCCD --STRESN --STNRLO --STNRHI --STREFN --LLOQ --ULOQ --REPNUM --BEATNO
"""


@cache
def sdtm_variables(domain: str) -> frozenset[str]:
    """The variables that SDTMIG allows in a domain; none for a name that is no domain of SDTM.

    A part of a split domain (QSPH, LBCH) is its domain, SUPPAE is SUPPQUAL. A domain that no guide has (two letters,
    such as XB) is of one of the three classes, so that it may have the variables of each.

    >>> sorted(sdtm_variables("DM") - sdtm_variables("AE"))[:4]
    ['ACTARM', 'ACTARMCD', 'ACTARMUD', 'AGE']
    >>> "LBSTRESN" in sdtm_variables("LBCH"), sdtm_variables("ADSL")
    (True, frozenset())
    """
    if domain.startswith("SUPP"):
        return frozenset(_WHOLE["SUPPQUAL"].split())
    known = {one: name for name, domains in _DOMAINS.items() for one in domains.split()}
    if domain in _WHOLE:
        return frozenset(_WHOLE[domain].split())
    prefix = domain[:2]
    is_split = prefix in known and 2 < len(domain) <= 4
    if len(domain) != 2 and not is_split:
        return frozenset()
    of_class = _CLASSES[known[prefix]] if prefix in known else " ".join(_CLASSES.values())
    words = " ".join([_IDENTIFIERS, _TIMING, of_class, _FURTHER.get(prefix, "")]).split()
    return frozenset(word.replace("--", prefix) for word in words)


def is_of_guide(domain: str) -> bool:
    """Whether a guide of SDTM has the domain, or that of which it is a part, so that its variables are known.

    >>> is_of_guide("LBCH"), is_of_guide("TV"), is_of_guide("XB"), is_of_guide("ADSL")
    (True, True, False, False)
    """
    prefixes = {one for domains in _DOMAINS.values() for one in domains.split()}
    return domain in _WHOLE or domain.startswith("SUPP") or (domain[:2] in prefixes and len(domain) <= 4)


def sdtm_type(domain: str, variable: str) -> Literal["text", "number"] | None:
    """Whether a variable of a domain is text or a number; None for one that SDTMIG does not have there.

    >>> sdtm_type("LB", "LBSTRESN"), sdtm_type("LB", "LBORRES"), sdtm_type("LB", "AVAL")
    ('number', 'text', None)
    """
    if variable not in sdtm_variables(domain):
        return None
    general = f"--{variable[2:]}" if variable.startswith(domain[:2]) else variable
    return "number" if {general, variable} & _numbers() else "text"


@cache
def _numbers() -> frozenset[str]:
    return frozenset(_NUMBERS.split())
