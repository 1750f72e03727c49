"""The reference study: simulated SDTM of a 24-week trial in lupus, patterned on I4V-MC-JAHH."""

from adamline.simulate.jahh.files import simulate_jahh

__all__ = ["simulate_jahh"]
