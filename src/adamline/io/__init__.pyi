"""The public names of the package, each from its module; they are loaded when first asked for."""

from adamline.io.convert import convert_file as convert_file
from adamline.io.csv_read import read_csv as read_csv
from adamline.io.csv_write import write_csv as write_csv
from adamline.io.dataset import Dataset as Dataset
from adamline.io.dataset import Kind as Kind
from adamline.io.dataset import Variable as Variable
from adamline.io.dataset_json_read import read_dataset_json as read_dataset_json
from adamline.io.dataset_json_write import write_dataset_json as write_dataset_json
from adamline.io.files import iter_dataset as iter_dataset
from adamline.io.files import read_dataset as read_dataset
from adamline.io.files import write_dataset as write_dataset
from adamline.io.parquet import read_parquet as read_parquet
from adamline.io.parquet import write_parquet as write_parquet
from adamline.io.sas7bdat import read_sas7bdat as read_sas7bdat
from adamline.io.show import describe_dataset as describe_dataset
from adamline.io.split_domains import read_domain as read_domain
from adamline.io.supp import combine_supp as combine_supp
from adamline.io.xpt_read import read_xpt as read_xpt
from adamline.io.xpt_submission import check_submission as check_submission
from adamline.io.xpt_write import write_xpt as write_xpt
