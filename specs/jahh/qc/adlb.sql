-- ADLB of study JAHH-SIM, from tables lb and adsl. Keys: USUBJID, PARAMCD, ADT, VISITNUM, LBSEQ.
WITH

-- Parameters: LBTESTCD is PARAMCD in every row; `unit` is used for AVAL only.
parameters(PARAMN, PARAMCD, PARAM, unit) AS (VALUES
    ( 1, 'ADSDNA',   'Anti-dsDNA (IU/mL)', 'IU/mL'),
    ( 2, 'IGG',      'IgG (g/L)',          'g/L'),
    ( 3, 'C3',       'C3 (mg/dL)',         'mg/dL'),
    ( 4, 'C4',       'C4 (mg/dL)',         'mg/dL'),
    ( 5, 'SMTHAB',   'Anti-Sm (IU/mL)',    'IU/mL'),
    ( 6, 'CRDIGMAB', 'aCL IgM (MPL)',      'MPL U/mL'),
    ( 7, 'CRDIGGAB', 'aCL IgG (GPL)',      'GPL U/mL'),
    ( 8, 'CRDIGAAB', 'aCL IgA (APL)',      'APL U/mL'),
    ( 9, 'RNPAB',    'Anti-RNP (IU/mL)',   'IU/mL'),
    (10, 'SJSSAAB',  'Anti-SSA (IU/mL)',   'IU/mL'),
    (11, 'SJSSBAB',  'Anti-SSB (IU/mL)',   'IU/mL')),

windows(AVISIT, AVISITN, AWTARGET, AWHI, AWLO) AS (VALUES
    ('Screening', -1, -14,  -8, NULL),
    ('Week 0',     0,   1,   1,  -7),
    ('Week 1',     1,   8,  11,   2),
    ('Week 2',     2,  15,  21,  12),
    ('Week 4',     4,  29,  42,  22),
    ('Week 8',     8,  57,  70,  43),
    ('Week 12',   12,  85,  98,  71),
    ('Week 16',   16, 113, 126,  99),
    ('Week 20',   20, 141, 154, 127),
    ('Week 24',   24, 169, 183, 155)),

units(unit_from, unit_to, factor) AS (VALUES
    ('g/L', 'mg/dL', 100::DOUBLE),
    ('mg/dL', 'g/L', 0.01::DOUBLE)),

-- Records: LB of the parameters, of the subjects of ADSL. ADT, and LBSTRESC where it is a limit in its two parts.
records AS (
    SELECT lb.*, p.PARAMCD, p.PARAM, p.PARAMN, p.unit, adsl.TRTSDT, adsl.TRTEDT,
           iso_date(lb.LBDTC) AS ADT,
           regexp_extract(lb.LBSTRESC, '^\s*([<>])=?\s*(\d+(?:\.\d*)?|\.\d+)\s*$', ['sign', 'number']) AS lim
    FROM lb
    JOIN parameters p ON p.PARAMCD = lb.LBTESTCD
    JOIN adsl ON adsl.USUBJID = lb.USUBJID
    WHERE lb.LBCAT = 'IMMUNOLOGY' AND lb.LBSTAT IS NULL),

-- ADY, and the result in the unit that it was reported in.
results AS (
    SELECT *,
           study_day(ADT, TRTSDT) AS ADY,
           CASE lim.sign WHEN '<' THEN TRY_CAST(lim.number AS DOUBLE) / 2
                         WHEN '>' THEN TRY_CAST(lim.number AS DOUBLE)
                         ELSE LBSTRESN END AS result
    FROM records),

-- AVISIT, AVISITN, AWTARGET: of the window in which ADY lies, where the visit has one.
-- AVAL: in the unit of the parameter.
analysed AS (
    SELECT r.*, w.AVISIT, w.AVISITN, w.AWTARGET,
           days_between(r.ADY, w.AWTARGET) AS AWTDIFF,
           CASE WHEN r.LBSTRESU IS NOT DISTINCT FROM r.unit THEN r.result
                ELSE round_14_digits(r.result * u.factor) END AS AVAL
    FROM results r
    LEFT JOIN windows w
        ON (w.AWLO IS NULL OR r.ADY >= w.AWLO) AND (w.AWHI IS NULL OR r.ADY <= w.AWHI)
        AND has_window(r.VISITNUM, on_treatment(r.ADT, r.TRTSDT, r.TRTEDT))
    LEFT JOIN units u ON u.unit_from = r.LBSTRESU AND u.unit_to = r.unit),

-- DTYPE: what stands for a limit.
-- can_be_base: AVAL and ADT there, ADT on or before TRTSDT.
typed AS (
    SELECT *,
           CASE WHEN AVAL IS NULL THEN NULL
                WHEN lim.sign = '<' THEN 'HALFLLOQ'
                WHEN lim.sign = '>' THEN 'ULOQ' END AS DTYPE,
           coalesce(AVAL IS NOT NULL AND ADT <= TRTSDT, FALSE) AS can_be_base
    FROM analysed),

-- ABLFL: the last of them by ADT, LBDTC, LBSEQ. A tie would flag two, which the check of the keys cannot see:
-- LBSEQ is unique within a subject.
baseline AS (
    SELECT *,
           CASE WHEN can_be_base AND rank() OVER (
                    PARTITION BY USUBJID, PARAMCD, can_be_base
                    ORDER BY ADT DESC NULLS LAST, LBDTC DESC NULLS LAST, LBSEQ DESC NULLS LAST) = 1
                THEN 'Y' END AS ABLFL
    FROM typed),

-- BASE: AVAL of the record with ABLFL = 'Y', on all records of the subject and parameter.
based AS (
    SELECT *, max(AVAL) FILTER (WHERE ABLFL = 'Y') OVER (PARTITION BY USUBJID, PARAMCD) AS BASE
    FROM baseline),

-- CHG: after the first dose only. ELEVPFL: the criterion of the parameter, column `elevated`.
-- ANL01FL: one record of each window: baseline, then nearest to the target, then the latest.
changed AS (
    SELECT *,
           CASE WHEN ADT > TRTSDT THEN round_half(AVAL - BASE, 6) END AS CHG,
           CASE WHEN CASE PARAMCD
                    WHEN 'ADSDNA'   THEN BASE >= 30
                    WHEN 'IGG'      THEN BASE IS NOT NULL
                    WHEN 'C3'       THEN BASE < 90
                    WHEN 'C4'       THEN BASE < 10
                    WHEN 'SMTHAB'   THEN BASE >= 30
                    WHEN 'CRDIGMAB' THEN BASE > 12
                    WHEN 'CRDIGGAB' THEN BASE > 14
                    WHEN 'CRDIGAAB' THEN BASE > 11
                    WHEN 'RNPAB'    THEN BASE >= 30
                    WHEN 'SJSSAAB'  THEN BASE > 20
                    WHEN 'SJSSBAB'  THEN BASE > 20 END
                THEN 'Y' END AS ELEVPFL,
           CASE WHEN AVISIT IS NOT NULL AND AVAL IS NOT NULL AND rank() OVER (
                    PARTITION BY USUBJID, PARAMCD, AVISIT, AVAL IS NOT NULL
                    ORDER BY ABLFL DESC NULLS LAST, AWTDIFF NULLS FIRST, ADT DESC NULLS LAST,
                             LBDTC DESC NULLS LAST, LBSEQ DESC NULLS LAST) = 1
                THEN 'Y' END AS ANL01FL
    FROM based)

SELECT adsl.STUDYID, adsl.SITEID,
       adsl.TRT01P AS TRTP, adsl.TRT01PN AS TRTPN, adsl.TRT01A AS TRTA, adsl.TRT01AN AS TRTAN,
       adsl.TRTSDT, adsl.TRTEDT, adsl.ITTFL, adsl.SAFFL, adsl.REGION1, adsl.STRAT1V, adsl.STRAT2V,
       c.USUBJID, PARAM, PARAMCD, PARAMN, ADT, ADY, AVISIT, AVISITN, AWTARGET, AWTDIFF,
       AVAL, DTYPE, ABLFL, BASE, CHG, ELEVPFL,
       CASE WHEN ELEVPFL = 'Y' THEN 'Meets baseline requirement'
            WHEN BASE IS NOT NULL THEN 'Does not meet baseline requirement' END AS BASECAT1,
       ANL01FL, VISITNUM, VISIT, LBSEQ, LBSTRESN, LBSTRESC, LBSTRESU
FROM changed c
JOIN adsl ON adsl.USUBJID = c.USUBJID
ORDER BY c.USUBJID, PARAMCD, ADT NULLS FIRST, VISITNUM NULLS FIRST, LBSEQ NULLS FIRST
