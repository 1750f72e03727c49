"""The laboratory criteria of CTCAE as tables: which value of a term has which grade.

A row of ``v4-si.csv`` (SI units) or ``v4-us.csv`` (US conventional units) says that AVAL, in UNIT (blank: any), has
GRADE of TERM where it is beyond (OP) CUT: a number, or CUT times the variable OF (ANRLO, ANRHI, BASE). OF may also be
PCHG, whose own value is compared, or ABOVE: how far AVAL is above ANRHI, or above BASE where BASE is higher. Several
rows of a grade are alternatives. A further version is a further file.

Source: NCI, Common Terminology Criteria for Adverse Events v4.03, 2010-06-14. Where the grade depends on symptoms, the
higher of those that the value alone allows (hypokalemia 2, hyperuricemia 3), as is common in laboratory grading;
ionized calcium in mg/dL is four times the published mmol/L.
"""
