"""The public names of the package, each from its module; they are loaded when first asked for."""

from adamline.analyses.count import count as count
from adamline.analyses.summary import summary as summary
