"""The laboratory criteria of CTCAE as tables: which value of a term has which grade.

A row of a file `v5-si.csv` (version, SI or US conventional units) says that AVAL has GRADE of TERM where CRITERION
holds: `> 5.5` in UNIT (blank: any; several names of one unit with `or`), `> 3 x ANRHI`, `> ANRHI + 20`,
`>= 1.5 x BASE`. IF says to which records that applies: `BNRIND HIGH` (the baseline was above its range), `BNRIND not
HIGH` (it was not, or is not known), `AVAL < ANRLO`, `AVAL > BASE`. Several rows of a grade are alternatives. A row
without a grade is a term that the version knows and no value alone grades; NOTE says why, and where the published
words were read in one of several ways. The first line of a file is its source. A further version is a further file.

Where a grade also depends on symptoms, treatment or anticoagulation, the row is of the highest grade that the value
allows, as is common in laboratory grading. Left out is what no laboratory value grades (troponin by its maker's
limit, TSH, pancreatic enzymes, proteinuria by dipstick).
"""
