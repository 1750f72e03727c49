"""The rules that hold throughout a specification, for whoever programs it a second time."""

from __future__ import annotations

RULES = """\
- **Missing values.** Blank text (empty, or blanks alone) is missing; blanks at the end of a text do not count. In a
  condition a comparison with a missing value is unknown, as in SQL: AND, OR and NOT are three-valued, and a
  condition holds only where it is true. So `X <> 'A'` does not hold where X is missing. SAS takes a missing value as
  the lowest: write `not missing(X) and X ne 'A'` there. In arithmetic a missing operand gives a missing result.
- **Text** is compared exactly, capitals too, and sorted by its bytes: capitals before small letters, `Week 10` before
  `Week 2`.
- **Sorting.** Missing is lowest: first where ascending, last where descending.
- **Ties.** Where one record is taken and several tie in all variables of the order, that is an error of the data or of
  this specification, and so is a second record where there is to be one: nothing is decided by the order of a file.
- **Keys.** "For each A, B" makes groups of the records of the dataset with the same values; records with a missing A
  are a group too. A merge with another dataset is by equal values, and there a missing key matches nothing.
- **One record at a time.** A derivation reads and makes variables of the same record, unless it says otherwise. No
  record is left out for its date, before the first dose or after the last, unless a condition says so.
- **Numbers** are double precision and are not rounded unless a derivation says so; decimals of a parameter are for
  display. Rounding is half away from zero, as ROUND of SAS: a number that is a tie but for its last binary places is
  one (below it by at most 1E-14 of itself, and by at most 2E-6 of the unit of rounding). Numbers of transport files
  differ in their last binary places: compare with a relative criterion of 1E-12.
- **Dates.** --DTC is ISO 8601 text; blanks before and after it do not count. A hyphen for a part of the time that is
  left out, as SDTM writes it (T-:30), leaves the date as it is. Nothing of a partial date is imputed unless a
  derivation says so: it gives no date, and what is made of it is missing. Study days have no day 0. A date is a day,
  without time.
- **Order of derivation.** A derivation uses variables that are made before it, and those of the source; one of its own
  name is that of the source. Variables marked (work) are made in the same way and are not in the dataset.
"""
