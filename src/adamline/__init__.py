"""adamline: from SDTM to ADaM, statistics and submission-ready tables, listings and figures."""

__version__ = "0.1.0"
