-- ADRS of study JAHH-SIM, from tables rs, lb and adsl. Keys: USUBJID, PARAMCD, AVISITN, ADT, VISITNUM, RSSEQ.
-- Each step of added records is a CTE; what it leaves missing it does not name (UNION ALL BY NAME). Variables of
-- ADSL, and PARAM, PARAMN, PARCAT1 are the same on all records and come at the end.
WITH

-- Parameters: RSTESTCD of those that RS has.
parameters(PARAMN, PARAMCD, PARAM, PARCAT1, RSTESTCD) AS (VALUES
    ( 1, 'SLED0101', 'SLEDAI-2K Item 1: Seizure',                  'SLEDAI-2K',  'SLED0101'),
    ( 2, 'SLED0102', 'SLEDAI-2K Item 2: Psychosis',                'SLEDAI-2K',  'SLED0102'),
    ( 3, 'SLED0103', 'SLEDAI-2K Item 3: Organic Brain Syndrome',   'SLEDAI-2K',  'SLED0103'),
    ( 4, 'SLED0104', 'SLEDAI-2K Item 4: Visual Disturbance',       'SLEDAI-2K',  'SLED0104'),
    ( 5, 'SLED0105', 'SLEDAI-2K Item 5: Cranial Nerve Disorder',   'SLEDAI-2K',  'SLED0105'),
    ( 6, 'SLED0106', 'SLEDAI-2K Item 6: Lupus Headache',           'SLEDAI-2K',  'SLED0106'),
    ( 7, 'SLED0107', 'SLEDAI-2K Item 7: Cerebrovascular Accident', 'SLEDAI-2K',  'SLED0107'),
    ( 8, 'SLED0108', 'SLEDAI-2K Item 8: Vasculitis',               'SLEDAI-2K',  'SLED0108'),
    ( 9, 'SLED0109', 'SLEDAI-2K Item 9: Arthritis',                'SLEDAI-2K',  'SLED0109'),
    (10, 'SLED0110', 'SLEDAI-2K Item 10: Myositis',                'SLEDAI-2K',  'SLED0110'),
    (11, 'SLED0111', 'SLEDAI-2K Item 11: Urinary Casts',           'SLEDAI-2K',  'SLED0111'),
    (12, 'SLED0112', 'SLEDAI-2K Item 12: Hematuria',               'SLEDAI-2K',  'SLED0112'),
    (13, 'SLED0113', 'SLEDAI-2K Item 13: Proteinuria',             'SLEDAI-2K',  'SLED0113'),
    (14, 'SLED0114', 'SLEDAI-2K Item 14: Pyuria',                  'SLEDAI-2K',  'SLED0114'),
    (15, 'SLED0115', 'SLEDAI-2K Item 15: Rash',                    'SLEDAI-2K',  'SLED0115'),
    (16, 'SLED0116', 'SLEDAI-2K Item 16: Alopecia',                'SLEDAI-2K',  'SLED0116'),
    (17, 'SLED0117', 'SLEDAI-2K Item 17: Mucosal Ulcers',          'SLEDAI-2K',  'SLED0117'),
    (18, 'SLED0118', 'SLEDAI-2K Item 18: Pleurisy',                'SLEDAI-2K',  'SLED0118'),
    (19, 'SLED0119', 'SLEDAI-2K Item 19: Pericarditis',            'SLEDAI-2K',  'SLED0119'),
    (20, 'SLED0120', 'SLEDAI-2K Item 20: Low Complement',          'SLEDAI-2K',  'SLED0120'),
    (21, 'SLED0121', 'SLEDAI-2K Item 21: Increased DNA Binding',   'SLEDAI-2K',  'SLED0121'),
    (22, 'SLED0122', 'SLEDAI-2K Item 22: Fever',                   'SLEDAI-2K',  'SLED0122'),
    (23, 'SLED0123', 'SLEDAI-2K Item 23: Thrombocytopenia',        'SLEDAI-2K',  'SLED0123'),
    (24, 'SLED0124', 'SLEDAI-2K Item 24: Leukopenia',              'SLEDAI-2K',  'SLED0124'),
    (25, 'BILG01A1', 'BILAG-2004 Grade: Constitutional',           'BILAG-2004', 'BILG01A1'),
    (26, 'BILG01A2', 'BILAG-2004 Grade: Mucocutaneous',            'BILAG-2004', 'BILG01A2'),
    (27, 'BILG01A3', 'BILAG-2004 Grade: Neuropsychiatric',         'BILAG-2004', 'BILG01A3'),
    (28, 'BILG01A4', 'BILAG-2004 Grade: Musculoskeletal',          'BILAG-2004', 'BILG01A4'),
    (29, 'BILG01A5', 'BILAG-2004 Grade: Cardiorespiratory',        'BILAG-2004', 'BILG01A5'),
    (30, 'BILG01A6', 'BILAG-2004 Grade: Gastrointestinal',         'BILAG-2004', 'BILG01A6'),
    (31, 'BILG01A7', 'BILAG-2004 Grade: Ophthalmic',               'BILAG-2004', 'BILG01A7'),
    (32, 'BILG01A8', 'BILAG-2004 Grade: Renal',                    'BILAG-2004', 'BILG01A8'),
    (33, 'BILG01A9', 'BILAG-2004 Grade: Haematological',           'BILAG-2004', 'BILG01A9'),
    (34, 'PGA',      'Physician''s Global Assessment (0-3)',       'PGA',        'PGA0101'),
    (50, 'SLED0125', 'SLEDAI-2K Total Score of the Form',          'SLEDAI-2K',  'SLED0125'),
    (35, 'SLEDTOT',  'SLEDAI-2K Total Score',                      'SLEDAI-2K',  NULL),
    (36, 'SLED4',    'SLEDAI-2K Reduction of 4 or More',           'SLEDAI-2K',  NULL),
    (37, 'BILNEWA',  'Number of New BILAG A',                      'BILAG-2004', NULL),
    (38, 'BILNEWB',  'Number of New BILAG B',                      'BILAG-2004', NULL),
    (39, 'BILNOWR',  'No New BILAG A and at Most One New BILAG B', 'BILAG-2004', NULL),
    (40, 'PGANOWR',  'No Worsening of Physician''s Global Assessment', 'PGA',    NULL),
    (41, 'SRI4',     'SRI-4 Response',                             'COMPOSITE',  NULL),
    (42, 'SLED5',    'SLEDAI-2K Reduction of 5 or More',           'SLEDAI-2K',  NULL),
    (43, 'SLED6',    'SLEDAI-2K Reduction of 6 or More',           'SLEDAI-2K',  NULL),
    (44, 'SLEDNOWR', 'No Worsening of SLEDAI-2K Total Score',      'SLEDAI-2K',  NULL),
    (45, 'BILAB',    'BILAG A or B at Baseline',                   'BILAG-2004', NULL),
    (46, 'BILIMPR',  'All BILAG A and B of Baseline Improved',     'BILAG-2004', NULL),
    (47, 'SRI5',     'SRI-5 Response',                             'COMPOSITE',  NULL),
    (48, 'SRI6',     'SRI-6 Response',                             'COMPOSITE',  NULL),
    (49, 'BICLA',    'BICLA Response',                             'COMPOSITE',  NULL)),

-- Composites: their components in order, and the reason that each gives where it is N.
composites(PARAMCD, place, component, reason) AS (VALUES
    ('SRI4',  1, 'SLED4',    'FAILED SLEDAI'),
    ('SRI4',  2, 'BILNOWR',  'FAILED BILAG'),
    ('SRI4',  3, 'PGANOWR',  'FAILED PGA'),
    ('SRI5',  1, 'SLED5',    'FAILED SLEDAI'),
    ('SRI5',  2, 'BILNOWR',  'FAILED BILAG'),
    ('SRI5',  3, 'PGANOWR',  'FAILED PGA'),
    ('SRI6',  1, 'SLED6',    'FAILED SLEDAI'),
    ('SRI6',  2, 'BILNOWR',  'FAILED BILAG'),
    ('SRI6',  3, 'PGANOWR',  'FAILED PGA'),
    ('BICLA', 1, 'BILAB',    'NO BILAG A OR B'),
    ('BICLA', 2, 'BILIMPR',  'NO IMPROVEMENT'),
    ('BICLA', 3, 'BILNOWR',  'FAILED BILAG'),
    ('BICLA', 4, 'SLEDNOWR', 'FAILED SLEDAI'),
    ('BICLA', 5, 'PGANOWR',  'FAILED PGA')),

falls(PARAMCD, fall) AS (VALUES ('SLED4', 4), ('SLED5', 5), ('SLED6', 6)),

windows(AVISIT, AVISITN, AWTARGET, AWHI, AWLO) AS (VALUES
    ('Week 0',   0,   1,   1, NULL),
    ('Week 4',   4,  29,  42,   2),
    ('Week 8',   8,  57,  70,  43),
    ('Week 12', 12,  85,  98,  71),
    ('Week 16', 16, 113, 126,  99),
    ('Week 20', 20, 141, 154, 127),
    ('Week 24', 24, 169, 183, 155)),

-- Records: RS of the parameters, of the subjects of ADSL. AVAL, ADT, ADY; AVALC (of the grades alone) is said later
-- in the text but reads the source only.
records AS (
    SELECT rs.USUBJID, p.PARAMCD, rs.VISITNUM, rs.VISIT, rs.RSSEQ,
           rs.RSSTRESN AS AVAL,
           CASE WHEN rs.RSCAT = 'BILAG-2004' THEN rs.RSSTRESC END AS AVALC,
           iso_date(rs.RSDTC) AS ADT,
           study_day(iso_date(rs.RSDTC), adsl.TRTSDT) AS ADY,
           on_treatment(iso_date(rs.RSDTC), adsl.TRTSDT, adsl.TRTEDT) AS on_trt
    FROM rs
    JOIN parameters p ON p.RSTESTCD = rs.RSTESTCD
    JOIN adsl ON adsl.USUBJID = rs.USUBJID
    WHERE rs.RSCAT IN ('SLEDAI-2K', 'BILAG-2004', 'PGA') AND rs.RSSTAT IS NULL),

-- AVISIT, AVISITN, AWTARGET: of the window in which ADY lies, where the visit has one. AWTDIFF.
windowed AS (
    SELECT r.* EXCLUDE (on_trt), w.AVISIT, w.AVISITN, w.AWTARGET, days_between(r.ADY, w.AWTARGET) AS AWTDIFF
    FROM records r
    LEFT JOIN windows w
        ON (w.AWLO IS NULL OR r.ADY >= w.AWLO) AND (w.AWHI IS NULL OR r.ADY <= w.AWHI)
        AND has_window(r.VISITNUM, r.on_trt)),

-- Step 1. SLEDTOT: the sum where all 24 items have AVAL. RSSEQ is missing.
sledtot AS (
    SELECT USUBJID, VISITNUM, ADT, 'SLEDTOT' AS PARAMCD,
           CASE WHEN count(*) > 24 THEN error('ADRS: a second record of an item of SLEDTOT') ELSE sum(AVAL) END AS AVAL,
           any_value(ADY) AS ADY, any_value(AVISIT) AS AVISIT, any_value(AVISITN) AS AVISITN,
           any_value(AWTARGET) AS AWTARGET, any_value(AWTDIFF) AS AWTDIFF, any_value(VISIT) AS VISIT
    FROM windowed
    WHERE PARAMCD BETWEEN 'SLED0101' AND 'SLED0124'
    GROUP BY USUBJID, VISITNUM, ADT
    HAVING count(DISTINCT PARAMCD) FILTER (WHERE AVAL IS NOT NULL) = 24),

-- has_result: AVAL or AVALC there. can_be_base: that, with ADT on or before TRTSDT.
with_totals AS (
    SELECT a.*, adsl.TRTSDT,
           (AVAL IS NOT NULL OR AVALC IS NOT NULL) AS has_result,
           coalesce((AVAL IS NOT NULL OR AVALC IS NOT NULL) AND ADT <= adsl.TRTSDT, FALSE) AS can_be_base
    FROM (SELECT * FROM windowed UNION ALL BY NAME SELECT * FROM sledtot) a
    JOIN adsl ON adsl.USUBJID = a.USUBJID),

-- ABLFL: the last of them by ADT, VISITNUM, RSSEQ.
baseline AS (
    SELECT *,
           CASE WHEN can_be_base AND rank() OVER (
                    PARTITION BY USUBJID, PARAMCD, can_be_base
                    ORDER BY ADT DESC NULLS LAST, VISITNUM DESC NULLS LAST, RSSEQ DESC NULLS LAST) = 1
                THEN 'Y' END AS ABLFL
    FROM with_totals),

-- BASE, BASEC: AVAL, AVALC of that record, on all records of the subject and parameter.
based AS (
    SELECT *,
           max(AVAL) FILTER (WHERE ABLFL = 'Y') OVER (PARTITION BY USUBJID, PARAMCD) AS BASE,
           max(AVALC) FILTER (WHERE ABLFL = 'Y') OVER (PARTITION BY USUBJID, PARAMCD) AS BASEC
    FROM baseline),

-- CHG: after the first dose only. ANL01FL: one record of each window: baseline, then nearest to the target, then
-- the latest.
flagged AS (
    SELECT * EXCLUDE (TRTSDT, has_result, can_be_base),
           CASE WHEN ADT > TRTSDT THEN round_half(AVAL - BASE, 6) END AS CHG,
           CASE WHEN AVISIT IS NOT NULL AND has_result AND rank() OVER (
                    PARTITION BY USUBJID, PARAMCD, AVISIT, has_result
                    ORDER BY ABLFL DESC NULLS LAST, AWTDIFF NULLS FIRST, ADT DESC NULLS LAST,
                             VISITNUM DESC NULLS LAST, RSSEQ DESC NULLS LAST) = 1
                THEN 'Y' END AS ANL01FL
    FROM based),

-- What the components are made of.
of_visits AS (SELECT * FROM flagged WHERE ANL01FL = 'Y' AND AVISITN > 0),

-- Steps 2, 6, 7. A fall of SLEDTOT of 4, 5, 6 or more.
reductions AS (
    SELECT USUBJID, AVISIT, AVISITN, ADT, ADY, f.PARAMCD,
           CASE WHEN round_half(CHG, 9) <= -f.fall THEN 'Y' ELSE 'N' END AS AVALC
    FROM of_visits v, falls f
    WHERE v.PARAMCD = 'SLEDTOT' AND CHG IS NOT NULL),

-- Step 11. SLEDNOWR: any rise of SLEDTOT is worsening.
slednowr AS (
    SELECT USUBJID, AVISIT, AVISITN, ADT, ADY, 'SLEDNOWR' AS PARAMCD,
           CASE WHEN CHG > 0 THEN 'N' ELSE 'Y' END AS AVALC
    FROM of_visits
    WHERE PARAMCD = 'SLEDTOT' AND CHG IS NOT NULL),

-- Steps 3 and 10. Over the systems that have both grades: new A and new B, A or B at baseline, and such as did not
-- improve; complete where all nine have both.
grades AS (
    SELECT USUBJID, AVISIT, AVISITN, max(ADT) AS ADT, max(ADY) AS ADY,
           count(*) FILTER (WHERE AVALC = 'A' AND BASEC IN ('B', 'C', 'D', 'E')) AS new_a,
           count(*) FILTER (WHERE AVALC = 'B' AND BASEC IN ('C', 'D', 'E')) AS new_b,
           count(*) FILTER (WHERE AVALC IS NOT NULL AND BASEC IN ('A', 'B')) AS n_ab,
           count(*) FILTER (WHERE (BASEC = 'A' AND AVALC = 'A') OR (BASEC = 'B' AND AVALC IN ('A', 'B'))) AS not_better,
           count(*) FILTER (WHERE AVALC IS NOT NULL AND BASEC IS NOT NULL) = 9 AS complete
    FROM of_visits
    WHERE PARAMCD LIKE 'BILG01A%'
    GROUP BY USUBJID, AVISIT, AVISITN),

bilag_counts AS (
    SELECT USUBJID, AVISIT, AVISITN, ADT, ADY, 'BILNEWA' AS PARAMCD, new_a AS AVAL FROM grades WHERE complete
    UNION ALL BY NAME
    SELECT USUBJID, AVISIT, AVISITN, ADT, ADY, 'BILNEWB' AS PARAMCD, new_b AS AVAL FROM grades WHERE complete),

bilnowr AS (
    SELECT USUBJID, AVISIT, AVISITN, ADT, ADY, 'BILNOWR' AS PARAMCD,
           CASE WHEN new_a > 0 OR new_b > 1 THEN 'N' ELSE 'Y' END AS AVALC
    FROM grades
    WHERE new_a > 0 OR new_b > 1 OR complete),

bilab AS (
    SELECT USUBJID, AVISIT, AVISITN, ADT, ADY, 'BILAB' AS PARAMCD, CASE WHEN n_ab > 0 THEN 'Y' ELSE 'N' END AS AVALC
    FROM grades
    WHERE n_ab > 0 OR complete),

bilimpr AS (
    SELECT USUBJID, AVISIT, AVISITN, ADT, ADY, 'BILIMPR' AS PARAMCD,
           CASE WHEN not_better > 0 THEN 'N' ELSE 'Y' END AS AVALC
    FROM grades
    WHERE not_better > 0 OR complete),

-- Step 4. PGANOWR: a rise of PGA of 0.3 or more is worsening.
pganowr AS (
    SELECT USUBJID, AVISIT, AVISITN, ADT, ADY, 'PGANOWR' AS PARAMCD,
           CASE WHEN round_half(CHG, 9) >= 0.3::DOUBLE THEN 'N' ELSE 'Y' END AS AVALC
    FROM of_visits
    WHERE PARAMCD = 'PGA' AND CHG IS NOT NULL),

components AS (
    FROM reductions
    UNION ALL BY NAME FROM slednowr
    UNION ALL BY NAME FROM bilnowr
    UNION ALL BY NAME FROM bilab
    UNION ALL BY NAME FROM bilimpr
    UNION ALL BY NAME FROM pganowr),

-- Steps 5, 8, 9, 12. The composites, at the visits with a component of theirs. The reason is that of the first
-- component that failed, then rescue.
at_visits AS (
    SELECT c.USUBJID, AVISIT, AVISITN, s.PARAMCD, max(ADT) AS ADT, max(ADY) AS ADY,
           coalesce(arg_min(s.reason, s.place) FILTER (WHERE AVALC = 'N'),
                    CASE WHEN any_value(adsl.RESCDT) <= max(ADT) THEN 'RESCUE' END) AS RESPREAS,
           count(DISTINCT s.component) FILTER (WHERE AVALC IS NOT NULL) AS n_there
    FROM components c
    JOIN composites s ON s.component = c.PARAMCD
    JOIN adsl ON adsl.USUBJID = c.USUBJID
    GROUP BY c.USUBJID, AVISIT, AVISITN, s.PARAMCD),

responses AS (
    SELECT USUBJID, AVISIT, AVISITN, ADT, ADY, PARAMCD, CASE WHEN RESPREAS IS NOT NULL THEN 'N' ELSE 'Y' END AS AVALC,
           RESPREAS
    FROM at_visits v
    WHERE RESPREAS IS NOT NULL OR n_there = (SELECT count(*) FROM composites s WHERE s.PARAMCD = v.PARAMCD)),

-- AVAL is 1 for Y, 0 for N; all added records of visits have ANL01FL = 'Y'.
answers AS (
    SELECT *, CASE AVALC WHEN 'Y' THEN 1 WHEN 'N' THEN 0 END AS AVAL, 'Y' AS ANL01FL
    FROM (SELECT * FROM components UNION ALL BY NAME SELECT * FROM responses)),

so_far AS (
    SELECT * FROM flagged
    UNION ALL BY NAME SELECT *, 'Y' AS ANL01FL FROM bilag_counts
    UNION ALL BY NAME SELECT * FROM answers),

-- Step 13. Non-responders by imputation: subjects of ADSL at the visits from Week 4 at which they have no response.
-- target_date: day AWTARGET of the visit; day 1 is TRTSDT.
expected AS (
    SELECT adsl.USUBJID, c.PARAMCD, adsl.TRTSDT, adsl.RESCDT, adsl.DISCDT, w.AVISIT, w.AVISITN,
           adsl.TRTSDT + CASE WHEN w.AWTARGET > 0 THEN w.AWTARGET - 1 ELSE w.AWTARGET END AS target_date
    FROM adsl, windows w, (SELECT DISTINCT PARAMCD FROM composites) c
    WHERE adsl.ITTFL = 'Y' AND w.AVISIT IN ('Week 4', 'Week 8', 'Week 12', 'Week 16', 'Week 20', 'Week 24')),

imputed AS (
    SELECT e.USUBJID, e.AVISIT, e.AVISITN, e.PARAMCD, 0 AS AVAL, 'N' AS AVALC, 'NRI' AS DTYPE, 'Y' AS ANL01FL,
           CASE WHEN e.RESCDT <= e.target_date THEN 'RESCUE'
                WHEN NOT EXISTS (FROM so_far s WHERE s.USUBJID = e.USUBJID AND s.AVISIT = e.AVISIT)
                     AND (e.DISCDT < e.target_date OR (e.DISCDT IS NOT NULL AND e.TRTSDT IS NULL))
                THEN 'DISCONTINUED'
                ELSE 'MISSING' END AS RESPREAS
    FROM expected e
    WHERE NOT EXISTS (
        FROM responses r WHERE r.USUBJID = e.USUBJID AND r.AVISIT = e.AVISIT AND r.PARAMCD = e.PARAMCD)),

-- DTYPE is missing on all records but the imputed.
all_records AS (SELECT * FROM so_far UNION ALL BY NAME SELECT * FROM imputed),

-- C3IND, C4IND, DNAIND: the last indicator of a visit in LB. A visit without number finds none.
indicators AS (
    SELECT USUBJID, VISITNUM, LBTESTCD, LBNRIND
    FROM lb
    WHERE LBTESTCD IN ('C3', 'C4', 'ADSDNA') AND LBNRIND IS NOT NULL
    QUALIFY rank() OVER (
        PARTITION BY USUBJID, VISITNUM, LBTESTCD ORDER BY LBDTC DESC NULLS LAST, LBSEQ DESC NULLS LAST) = 1),

-- LABITEM: the points of low complement and DNA binding by the laboratory. ITEMSUM: the total of the items, by the
-- total of the form.
by_laboratory AS (
    SELECT a.*,
           CASE WHEN a.PARAMCD = 'SLED0120' AND (c3.LBNRIND = 'LOW' OR c4.LBNRIND = 'LOW') THEN 2
                WHEN a.PARAMCD = 'SLED0120' AND c3.LBNRIND IS NOT NULL AND c4.LBNRIND IS NOT NULL THEN 0
                WHEN a.PARAMCD = 'SLED0121' AND dna.LBNRIND = 'HIGH' THEN 2
                WHEN a.PARAMCD = 'SLED0121' AND dna.LBNRIND IS NOT NULL THEN 0 END AS LABITEM,
           CASE WHEN a.PARAMCD = 'SLED0125' THEN t.AVAL END AS ITEMSUM
    FROM all_records a
    LEFT JOIN indicators c3 ON c3.LBTESTCD = 'C3' AND c3.USUBJID = a.USUBJID AND c3.VISITNUM = a.VISITNUM
        AND a.PARAMCD = 'SLED0120'
    LEFT JOIN indicators c4 ON c4.LBTESTCD = 'C4' AND c4.USUBJID = a.USUBJID AND c4.VISITNUM = a.VISITNUM
        AND a.PARAMCD = 'SLED0120'
    LEFT JOIN indicators dna ON dna.LBTESTCD = 'ADSDNA' AND dna.USUBJID = a.USUBJID AND dna.VISITNUM = a.VISITNUM
        AND a.PARAMCD = 'SLED0121'
    LEFT JOIN sledtot t ON t.USUBJID = a.USUBJID AND t.VISITNUM = a.VISITNUM AND t.ADT = a.ADT
        AND a.PARAMCD = 'SLED0125')

SELECT adsl.STUDYID, adsl.SITEID,
       adsl.TRT01P AS TRTP, adsl.TRT01PN AS TRTPN, adsl.TRT01A AS TRTA, adsl.TRT01AN AS TRTAN,
       adsl.TRTSDT, adsl.TRTEDT, adsl.RESCDT, adsl.ITTFL, adsl.SAFFL, adsl.REGION1, adsl.STRAT1V, adsl.STRAT2V,
       adsl.NORMGR1, a.USUBJID, p.PARAM, p.PARAMCD, p.PARAMN, p.PARCAT1,
       ADT, ADY, AVISIT, AVISITN, AWTARGET, AWTDIFF, AVAL, AVALC, ABLFL, BASE, BASEC, CHG, ANL01FL, DTYPE, RESPREAS,
       LABITEM, ITEMSUM,
       same_number(AVAL, LABITEM) AS LABAGRFL, same_number(AVAL, ITEMSUM) AS SUMAGRFL,
       VISITNUM, VISIT, RSSEQ
FROM by_laboratory a
JOIN parameters p ON p.PARAMCD = a.PARAMCD
JOIN adsl ON adsl.USUBJID = a.USUBJID
ORDER BY a.USUBJID, p.PARAMCD, AVISITN NULLS FIRST, ADT NULLS FIRST, VISITNUM NULLS FIRST, RSSEQ NULLS FIRST
