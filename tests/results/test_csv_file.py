"""Files of results read back exactly; what could not is refused."""

from __future__ import annotations

import math
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adamline.errors import DataError, FileFormatError
from adamline.results.ard import with_ids
from adamline.results.csv_file import read_results, results_csv, write_results

# Any text, line ends of all sorts among them.
TEXTS = st.one_of(
    st.sampled_from(["\r", "a\rb", "a\r\nb", "a\nb", "\n", '"', "\x85"]),
    st.text(st.characters(codec="utf-8"), max_size=12),
)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.tuples(st.floats(allow_infinity=False), TEXTS), max_size=8))
def test_a_file_reads_back_exactly(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, str]]) -> None:
    names = [f"s{number}" for number in range(len(rows))]
    frame = pd.DataFrame(
        {"stat": [row[0] for row in rows], "stat_text": [row[1] for row in rows], "stat_name": names, "analysis": "x"}
    )
    results = with_ids(frame.astype({"stat": float, "stat_text": object}), "T-1")
    path = tmp_path_factory.mktemp("results") / "t.csv"
    if any(unicodedata.category(each) == "Cc" and each != "\n" for _, text in rows for each in text):
        with pytest.raises(DataError, match="control character"):
            write_results(results, path)
        assert not path.exists()
        return
    write_results(results, path)
    back = read_results(path)
    assert back["stat_text"].tolist() == results["stat_text"].tolist()
    assert [number.hex() for number in back["stat"]] == [number.hex() for number in results["stat"]]
    assert results_csv(back) == path.read_bytes()


def test_bytes_of_a_file() -> None:
    results = with_ids(
        pd.DataFrame(
            {
                "analysis": "summary",
                "group1": "ARM",
                "group1_level": ["A", "B"],
                "stat_name": "mean",
                "stat": [0.1 + 0.2, math.nan],
                "stat_text": ["0.3", "NA"],
                "where": ["A = 'x, y'", ""],
            }
        ),
        "T-1",
    )
    assert results_csv(results).decode("utf-8") == (
        "result,output,same_as,analysis,group1,group1_level,variable,variable_level,"
        "stat_name,stat_label,stat,stat_text,method,options,warning,dataset,where,whom,denominator\n"
        "T-1/summary/ARM=A/mean,T-1,,summary,ARM,A,,,mean,,0.30000000000000004,0.3,,,,,\"A = 'x, y'\",,\n"
        "T-1/summary/ARM=B/mean,T-1,,summary,ARM,B,,,mean,,,NA,,,,,,,\n"
    )


def test_a_listing_is_kept_as_text(tmp_path: Path) -> None:
    listing = pd.DataFrame(
        {"result": ["L-1/0001"], "output": "L-1", "dataset": "ADLB", "where": "LBSEQ = 1", "SUBJID": "0012", "AVAL": ""}
    )
    write_results(listing, tmp_path / "l.csv")
    assert read_results(tmp_path / "l.csv").to_dict("list") == listing.to_dict("list")


def test_what_is_refused(tmp_path: Path) -> None:
    one = with_ids(pd.DataFrame({"analysis": ["x"], "stat_name": "n", "stat": 1.0}), "T-1")
    with pytest.raises(DataError, match="id twice"):
        results_csv(pd.concat([one, one]))
    with pytest.raises(DataError, match="missing text"):
        results_csv(one.assign(warning=None))
    with pytest.raises(DataError, match="no column with their ids"):
        results_csv(one.drop(columns="result"))
    with pytest.raises(DataError, match="stat_text holds a control character") as caught:
        results_csv(one.assign(stat_text="7\r"))
    assert "T-1, variable stat_text, keys T-1/x/n" in str(caught.value)
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(FileFormatError, match="columns of results"):
        read_results(tmp_path / "x.csv")
    (tmp_path / "y.csv").write_bytes(b"")
    with pytest.raises(FileFormatError, match="no line of names"):
        read_results(tmp_path / "y.csv")
    (tmp_path / "y.csv").write_bytes(results_csv(one) + b'T-1.0002,"x"y\n')
    with pytest.raises(FileFormatError, match="Text stands after a closing quote"):
        read_results(tmp_path / "y.csv")
    (tmp_path / "y.csv").write_bytes(results_csv(one) + b"T-1.0002\n")
    with pytest.raises(FileFormatError, match="line 3"):
        read_results(tmp_path / "y.csv")
    damaged = results_csv(one).replace(b",1.0,", b",1.0.0,")
    (tmp_path / "z.csv").write_bytes(damaged)
    with pytest.raises(FileFormatError, match="number that is none"):
        read_results(tmp_path / "z.csv")
