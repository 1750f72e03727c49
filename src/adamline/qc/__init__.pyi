"""The public names of the package, each from its module; they are loaded when first asked for."""

from adamline.qc.answer import Verdict as Verdict
from adamline.qc.comparison import compare as compare
from adamline.qc.differences import all_differences as all_differences
from adamline.qc.differences import differences_of as differences_of
from adamline.qc.model import Comparison as Comparison
from adamline.qc.options import Attribute as Attribute
from adamline.qc.options import CompareOptions as CompareOptions
from adamline.qc.options import Keys as Keys
from adamline.qc.options import Method as Method
from adamline.qc.out import out_dataset as out_dataset
from adamline.qc.statistics import outstats_dataset as outstats_dataset
from adamline.qc.sysinfo import CompareError as CompareError
from adamline.qc.sysinfo import SysInfo as SysInfo
