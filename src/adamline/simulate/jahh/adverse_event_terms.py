"""What the adverse events of the simulated trial are called, how often they happen, and how severe they tend to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Reaction:
    """An event as coded, as reported, and its rates; all terms are the sponsor's words, all numbers assumed.

    ``rate`` is how many a subject on placebo has in 24 weeks, ``ratios`` are those of 2 mg and 4 mg to it; ``severity``
    multiplies the odds of being worse than mild.
    """

    system: str
    preferred: str
    reported: tuple[str, ...]
    rate: float
    ratios: tuple[float, float]
    severity: float
    sex: str = ""


# Infections, nausea, acne, and findings in cholesterol, CK, creatinine, transaminases and neutrophils are more frequent
# on baricitinib, worsening of lupus less.
_INFECTIONS: Final = "Infections and infestations"
_GASTROINTESTINAL: Final = "Gastrointestinal disorders"
_NERVOUS: Final = "Nervous system disorders"
_MUSCULOSKELETAL: Final = "Musculoskeletal and connective tissue disorders"
_SKIN: Final = "Skin and subcutaneous tissue disorders"
_GENERAL: Final = "General disorders and administration site conditions"
_RESPIRATORY: Final = "Respiratory, thoracic and mediastinal disorders"
_BLOOD: Final = "Blood and lymphatic system disorders"
_INVESTIGATIONS: Final = "Investigations"
_METABOLISM: Final = "Metabolism and nutrition disorders"
_PSYCHIATRIC: Final = "Psychiatric disorders"
_VASCULAR: Final = "Vascular disorders"
_INJURY: Final = "Injury, poisoning and procedural complications"
_EYE: Final = "Eye disorders"
_REPRODUCTIVE: Final = "Reproductive system and breast disorders"
_RENAL: Final = "Renal and urinary disorders"

REACTIONS: Final = (
    Reaction(
        _INFECTIONS,
        "Upper respiratory tract infection",
        ("UPPER RESPIRATORY INFECTION", "COMMON COLD", "URI"),
        0.14,
        (1.05, 1.2),
        0.6,
    ),
    Reaction(_INFECTIONS, "Nasopharyngitis", ("NASOPHARYNGITIS", "SORE THROAT AND RUNNY NOSE"), 0.08, (1.0, 1.1), 0.5),
    Reaction(
        _INFECTIONS,
        "Urinary tract infection",
        ("URINARY TRACT INFECTION", "UTI", "BLADDER INFECTION"),
        0.09,
        (1.1, 1.25),
        0.9,
    ),
    Reaction(_INFECTIONS, "Bronchitis", ("BRONCHITIS", "ACUTE BRONCHITIS"), 0.04, (1.1, 1.2), 1.0),
    Reaction(_INFECTIONS, "Sinusitis", ("SINUSITIS", "SINUS INFECTION"), 0.03, (1.0, 1.1), 0.8),
    Reaction(_INFECTIONS, "Influenza", ("INFLUENZA", "FLU"), 0.025, (1.0, 1.1), 1.0),
    Reaction(_INFECTIONS, "Gastroenteritis", ("GASTROENTERITIS", "STOMACH FLU"), 0.03, (1.1, 1.1), 0.9),
    Reaction(_INFECTIONS, "Herpes zoster", ("SHINGLES", "HERPES ZOSTER"), 0.01, (1.0, 1.8), 1.3),
    Reaction(_INFECTIONS, "Oral herpes", ("COLD SORE", "ORAL HERPES"), 0.012, (1.4, 1.8), 0.5),
    Reaction(_INFECTIONS, "Pneumonia", ("PNEUMONIA", "COMMUNITY ACQUIRED PNEUMONIA"), 0.007, (1.3, 1.8), 2.5),
    Reaction(_INFECTIONS, "Cellulitis", ("CELLULITIS", "CELLULITIS LEFT LEG"), 0.007, (1.2, 1.5), 2.2),
    Reaction(
        _INFECTIONS, "Vulvovaginal candidiasis", ("YEAST INFECTION", "VAGINAL CANDIDIASIS"), 0.02, (1.1, 1.2), 0.5, "F"
    ),
    Reaction(_GASTROINTESTINAL, "Nausea", ("NAUSEA",), 0.06, (1.1, 1.3), 0.7),
    Reaction(_GASTROINTESTINAL, "Diarrhoea", ("DIARRHEA", "LOOSE STOOLS"), 0.06, (1.0, 1.1), 0.8),
    Reaction(_GASTROINTESTINAL, "Vomiting", ("VOMITING", "EMESIS"), 0.03, (1.0, 1.1), 0.9),
    Reaction(_GASTROINTESTINAL, "Abdominal pain upper", ("STOMACH PAIN", "EPIGASTRIC PAIN"), 0.03, (1.0, 1.1), 0.9),
    Reaction(_GASTROINTESTINAL, "Dyspepsia", ("DYSPEPSIA", "INDIGESTION"), 0.02, (1.0, 1.1), 0.6),
    Reaction(_GASTROINTESTINAL, "Constipation", ("CONSTIPATION",), 0.018, (1.0, 1.0), 0.5),
    Reaction(_NERVOUS, "Headache", ("HEADACHE", "HEADACHES"), 0.08, (1.05, 1.15), 0.8),
    Reaction(_NERVOUS, "Dizziness", ("DIZZINESS", "LIGHTHEADEDNESS"), 0.03, (1.0, 1.1), 0.6),
    Reaction(_NERVOUS, "Migraine", ("MIGRAINE",), 0.018, (1.0, 1.0), 1.3),
    Reaction(_NERVOUS, "Paraesthesia", ("TINGLING IN HANDS",), 0.01, (1.0, 1.0), 0.5),
    Reaction(_MUSCULOSKELETAL, "Arthralgia", ("JOINT PAIN", "ARTHRALGIA"), 0.05, (0.9, 0.9), 1.0),
    Reaction(_MUSCULOSKELETAL, "Back pain", ("BACK PAIN", "LOW BACK PAIN"), 0.04, (1.0, 1.0), 0.9),
    Reaction(
        _MUSCULOSKELETAL, "Systemic lupus erythematosus", ("WORSENING OF SLE", "LUPUS FLARE"), 0.035, (0.8, 0.6), 2.0
    ),
    Reaction(_MUSCULOSKELETAL, "Myalgia", ("MUSCLE PAIN", "MYALGIA"), 0.02, (1.0, 1.1), 0.8),
    Reaction(_MUSCULOSKELETAL, "Osteonecrosis", ("AVASCULAR NECROSIS OF HIP",), 0.002, (1.0, 1.0), 3.0),
    Reaction(_SKIN, "Rash", ("RASH", "SKIN RASH"), 0.03, (0.9, 0.9), 0.7),
    Reaction(_SKIN, "Alopecia", ("HAIR LOSS", "ALOPECIA"), 0.015, (0.9, 0.9), 0.6),
    Reaction(_SKIN, "Pruritus", ("ITCHING", "PRURITUS"), 0.015, (1.0, 1.0), 0.5),
    Reaction(_SKIN, "Acne", ("ACNE",), 0.01, (1.6, 2.4), 0.5),
    Reaction(_GENERAL, "Fatigue", ("FATIGUE", "TIREDNESS"), 0.035, (0.9, 0.9), 0.8),
    Reaction(_GENERAL, "Pyrexia", ("FEVER", "PYREXIA"), 0.025, (1.0, 1.0), 0.8),
    Reaction(_GENERAL, "Oedema peripheral", ("SWELLING OF ANKLES", "PERIPHERAL EDEMA"), 0.018, (1.0, 1.1), 0.7),
    Reaction(_GENERAL, "Chest pain", ("CHEST PAIN",), 0.008, (1.0, 1.0), 2.0),
    Reaction(_RESPIRATORY, "Cough", ("COUGH",), 0.03, (1.0, 1.1), 0.5),
    Reaction(_RESPIRATORY, "Oropharyngeal pain", ("SORE THROAT",), 0.02, (1.0, 1.1), 0.5),
    Reaction(_RESPIRATORY, "Dyspnoea", ("SHORTNESS OF BREATH", "DYSPNEA"), 0.01, (1.0, 1.0), 1.5),
    Reaction(_BLOOD, "Anaemia", ("ANEMIA", "WORSENING OF ANEMIA"), 0.022, (1.0, 1.1), 1.2),
    Reaction(_BLOOD, "Leukopenia", ("LEUKOPENIA", "LOW WHITE COUNT"), 0.015, (1.0, 1.1), 1.0),
    Reaction(_BLOOD, "Lymphopenia", ("LYMPHOPENIA",), 0.014, (0.9, 0.9), 1.2),
    Reaction(_BLOOD, "Neutropenia", ("NEUTROPENIA",), 0.007, (1.4, 2.0), 1.4),
    Reaction(
        _INVESTIGATIONS, "Alanine aminotransferase increased", ("ELEVATED ALT", "ALT INCREASED"), 0.014, (1.2, 1.5), 0.8
    ),
    Reaction(
        _INVESTIGATIONS,
        "Blood creatine phosphokinase increased",
        ("ELEVATED CPK", "CK INCREASED"),
        0.008,
        (2.0, 3.5),
        0.9,
    ),
    Reaction(_INVESTIGATIONS, "Blood creatinine increased", ("ELEVATED CREATININE",), 0.004, (1.4, 2.0), 0.8),
    Reaction(_INVESTIGATIONS, "Weight increased", ("WEIGHT GAIN",), 0.018, (1.2, 1.4), 0.5),
    Reaction(
        _METABOLISM, "Hypercholesterolaemia", ("HIGH CHOLESTEROL", "HYPERCHOLESTEROLEMIA"), 0.008, (1.8, 2.8), 0.6
    ),
    Reaction(_METABOLISM, "Hypokalaemia", ("LOW POTASSIUM", "HYPOKALEMIA"), 0.006, (1.0, 1.0), 1.0),
    Reaction(_PSYCHIATRIC, "Insomnia", ("INSOMNIA", "TROUBLE SLEEPING"), 0.02, (1.0, 1.0), 0.6),
    Reaction(_PSYCHIATRIC, "Depression", ("DEPRESSION",), 0.013, (1.0, 1.0), 1.5),
    Reaction(_PSYCHIATRIC, "Anxiety", ("ANXIETY",), 0.013, (1.0, 1.0), 0.9),
    Reaction(_VASCULAR, "Hypertension", ("HYPERTENSION", "HIGH BLOOD PRESSURE"), 0.025, (1.0, 1.1), 1.0),
    Reaction(_VASCULAR, "Deep vein thrombosis", ("DVT", "DEEP VEIN THROMBOSIS RIGHT LEG"), 0.002, (1.0, 1.8), 4.0),
    Reaction(_VASCULAR, "Hot flush", ("HOT FLASHES",), 0.008, (1.0, 1.0), 0.4, "F"),
    Reaction(_INJURY, "Contusion", ("BRUISE", "CONTUSION"), 0.012, (1.0, 1.0), 0.4),
    Reaction(_INJURY, "Fall", ("FALL",), 0.012, (1.0, 1.0), 0.9),
    Reaction(_INJURY, "Ligament sprain", ("SPRAINED ANKLE",), 0.01, (1.0, 1.0), 0.9),
    Reaction(_EYE, "Dry eye", ("DRY EYES",), 0.01, (1.0, 1.0), 0.4),
    Reaction(_EYE, "Vision blurred", ("BLURRED VISION",), 0.008, (1.0, 1.0), 0.6),
    Reaction(_REPRODUCTIVE, "Heavy menstrual bleeding", ("HEAVY PERIODS",), 0.01, (1.0, 1.0), 0.9, "F"),
    Reaction(_RENAL, "Proteinuria", ("PROTEINURIA",), 0.007, (0.9, 0.8), 1.6),
    Reaction(_RENAL, "Nephrolithiasis", ("KIDNEY STONE",), 0.005, (1.0, 1.0), 2.0),
)
