-- Rules that hold throughout, as the specification's last section has them. Read before each program.

-- Dates: the date part of ISO 8601 text as SDTM has it, where a part of the time may be left out by a hyphen (T-:30).
-- A partial date, other text, and a day or time that does not exist give none; 24:00 is the next day.
-- Blanks around it do not count.
CREATE MACRO iso_date_of(dtc) AS
    CASE WHEN regexp_full_match(dtc,
             '\d{4}-\d{2}-\d{2}(T([01]\d|2[0-3]|-)(:([0-5]\d|-)(:([0-5]\d([.,]\d+)?|-))?)?(Z|[+-]\d{2}(:?\d{2})?)?)?')
         THEN TRY_CAST(substr(dtc, 1, 10) AS DATE)
         WHEN regexp_full_match(dtc, '\d{4}-\d{2}-\d{2}T24(:00(:00([.,]0+)?)?)?(Z|[+-]\d{2}(:?\d{2})?)?')
         THEN CAST(TRY_CAST(substr(dtc, 1, 10) AS DATE) + INTERVAL 1 DAY AS DATE)
    END;
CREATE MACRO iso_date(dtc) AS iso_date_of(trim(dtc));

-- Study day: there is no day 0.
CREATE MACRO study_day(adt, trtsdt) AS
    CASE WHEN adt >= trtsdt THEN adt - trtsdt + 1 ELSE adt - trtsdt END;

-- Days between two study days, without a day 0: day -1 is one day from day 1.
CREATE MACRO days_between(a, b) AS
    abs((CASE WHEN a > 0 THEN a - 1 ELSE a END) - (CASE WHEN b > 0 THEN b - 1 ELSE b END));

-- On treatment: from the first dose to 7 days after the last; without a last dose the end is open.
CREATE MACRO on_treatment(adt, trtsdt, trtedt) AS
    coalesce(adt >= trtsdt AND (trtedt IS NULL OR adt <= trtedt + 7), FALSE);

-- Visits that have a window: 91 has none, 90 (early termination) on treatment only.
CREATE MACRO has_window(visitnum, ontrt) AS
    visitnum IS NULL OR visitnum NOT IN (90, 91) OR (visitnum = 90 AND ontrt);

-- Rounding half away from zero, where a number that is a tie but for its last binary places is one: below it by at
-- most 1E-14 of itself, and at most 2E-6 of the unit of rounding.
CREATE MACRO round_half(x, decimals) AS
    sign(x) * floor(abs(x) * pow(10, decimals) + least(abs(x) * pow(10, decimals) * 1e-14, 2e-6) + 0.5)
    / pow(10, decimals);

CREATE MACRO round_14_digits(x) AS
    CASE WHEN x = 0 THEN 0 ELSE round_half(x, 13 - floor(log10(abs(x)))) END;

-- Whether two numbers are the same: Y or N, missing where one of them is.
CREATE MACRO same_number(a, b) AS
    CASE round_half(a - b, 9) = 0 WHEN TRUE THEN 'Y' WHEN FALSE THEN 'N' END;
