"""Quality control: comparison of two datasets, as PROC COMPARE does it and better."""

from adamline.qc.comparison import compare
from adamline.qc.differences import all_differences, differences_of
from adamline.qc.model import Comparison, Verdict
from adamline.qc.options import Attribute, CompareOptions, Keys, Method
from adamline.qc.out import out_dataset
from adamline.qc.statistics import outstats_dataset
from adamline.qc.sysinfo import CompareError, SysInfo

__all__ = [
    "Attribute",
    "CompareError",
    "CompareOptions",
    "Comparison",
    "Keys",
    "Method",
    "SysInfo",
    "Verdict",
    "all_differences",
    "compare",
    "differences_of",
    "out_dataset",
    "outstats_dataset",
]
