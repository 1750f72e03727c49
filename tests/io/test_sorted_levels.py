"""Many different texts: their numbers and order against Python's own, however they are told apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamline.errors import FileFormatError, Place
from adamline.io import fixed_width
from adamline.io.fixed_width import CategoryBlocks, StringBlocks
from adamline.io.sorted_levels import sorted_levels
from adamline.io.text_decoder import TextDecoder

texts_of = st.integers(1, 14).flatmap(
    lambda width: st.lists(st.binary(min_size=width, max_size=width), min_size=1, max_size=40)
)
few = st.integers(1, 14).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from(b" \0AB\x01\xe9"), min_size=width, max_size=width).map(bytes), min_size=1, max_size=40
    )
)


def rows(texts: list[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(texts), dtype=np.uint8).reshape(len(texts), -1)


@given(few | texts_of, st.integers(1, 7))
def test_numbers_and_levels_are_those_of_the_sorted_trimmed_texts(texts: list[bytes], size: int) -> None:
    blocks = [rows(texts[start : start + size]) for start in range(0, len(texts), size)]
    found = sorted_levels(blocks)
    trimmed = [text.rstrip(b" \0") for text in texts]
    expected = sorted(set(trimmed))
    assert found is not None
    assert [level.tobytes().rstrip(b" \0") for level in found[1]] == expected
    assert [expected[code] for code in found[0]] == trimmed


def test_long_texts_that_differ_everywhere_are_left_to_comparison() -> None:
    random = np.random.default_rng(1).integers(33, 127, (500, 60), dtype=np.uint8)
    assert sorted_levels([random]) is None


@pytest.mark.parametrize("first", [4, 10_000])
@pytest.mark.parametrize("width", [3, 60])
def test_categories_are_the_same_by_sorting_and_by_a_table(
    first: int, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixed_width, "_FIRST", first)
    random = np.random.default_rng(width)
    texts = [random.choice(np.frombuffer(b"ABCDE", dtype=np.uint8), width).tobytes() for _ in range(300)]
    texts += [b"A".ljust(width), b"A".ljust(width, b"\0"), b" A".ljust(width), b"".ljust(width), b"\0" * width] * 2
    blocks = CategoryBlocks(TextDecoder(), lambda row: Place(record=row))
    for start in range(0, len(texts), 16):
        blocks.add(rows(texts[start : start + 16]))
    found = blocks.finish()
    expected = pd.Series([text.decode().rstrip(" \0") or None for text in texts], dtype="str").astype("category")
    assert list(found.categories) == list(expected.cat.categories)
    assert found.codes.tolist() == expected.cat.codes.tolist()
    assert found.codes.dtype == expected.cat.codes.dtype
    assert found.dtype == expected.dtype
    assert blocks.zeros == (4, 301)


def test_two_encodings_of_one_text_are_one_of_many_categories(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixed_width, "_FIRST", 4)
    texts = [*(f"X{number}".encode() for number in range(20)), "ö".encode(), "ö".encode("cp1252"), b"z"]
    blocks = CategoryBlocks(TextDecoder("utf-8", "cp1252"), lambda row: Place(record=row))
    for text in texts:
        blocks.add(rows([text.ljust(3)]))
    found = blocks.finish()
    assert list(found.categories) == sorted({*(f"X{number}" for number in range(20)), "ö", "z"})
    assert found[20] == found[21] == "ö"


def test_of_many_texts_the_record_of_one_that_does_not_decode_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixed_width, "_FIRST", 4)
    blocks = CategoryBlocks(TextDecoder(), lambda row: Place(record=row + 1))
    blocks.add(rows([b"C", b"B", b"A", b"D", b"E"]))
    blocks.add(rows([b"F", b"\xe9"]))
    with pytest.raises(FileFormatError, match="record 7"):
        blocks.finish()


@pytest.mark.parametrize("order", ["sorted", "reversed", "shuffled"])
@pytest.mark.parametrize("size", [5, 1000])
def test_texts_in_any_order_have_the_same_levels(order: str, size: int) -> None:
    texts = [f"S{number // 2:07d}".encode().ljust(10) for number in range(400)]
    if order != "sorted":
        texts = texts[::-1] if order == "reversed" else list(np.random.default_rng(2).permutation(texts))
    texts = [bytes(text).ljust(10) for text in texts]
    found = sorted_levels([rows(texts[start : start + size]) for start in range(0, len(texts), size)])
    assert found is not None
    expected = sorted(set(texts))
    assert [level.tobytes() for level in found[1]] == expected
    assert [expected[code] for code in found[0]] == texts


def test_numbers_too_large_to_leave_room_for_a_place_are_sorted_all_the_same() -> None:
    random = np.random.default_rng(3)
    texts = [random.choice(np.frombuffer(b"0123456789", dtype=np.uint8), 19).tobytes() for _ in range(300)]
    found = sorted_levels([rows(texts * 2)])
    assert found is not None
    expected = sorted(set(texts))
    assert [level.tobytes() for level in found[1]] == expected
    assert [expected[code] for code in found[0]] == texts * 2


@given(
    st.sampled_from([1, 2, 3, 4, 5, 8, 9]).flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from([*b" \0AB"]), min_size=width, max_size=width).map(bytes), min_size=1, max_size=60
        )
    ),
    st.integers(1, 20),
)
def test_blocks_give_the_categories_and_strings_of_their_trimmed_texts(texts: list[bytes], size: int) -> None:
    made = []
    with pytest.MonkeyPatch.context() as patch:
        # Several blocks are numbered apart, each by a table of its own.
        patch.setattr(fixed_width, "_FIRST", 6)
        for kind in (CategoryBlocks, StringBlocks):
            blocks = kind(TextDecoder(), lambda row: Place(record=row))
            for start in range(0, len(texts), size):
                blocks.add(rows(texts[start : start + size]).copy())
            made.append(pd.Series(blocks.finish()))
    expected = pd.Series([text.decode().rstrip(" \0") or None for text in texts], dtype="str")
    pd.testing.assert_series_equal(made[1], expected)
    pd.testing.assert_series_equal(made[0], expected.astype("category"))


def test_of_few_texts_the_first_record_of_one_that_does_not_decode_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixed_width, "_FIRST", 4)
    texts = [b"A ", b"B "] * 8 + [b"C ", b"\xe9 ", b"A ", b"\xe9 "]
    blocks = CategoryBlocks(TextDecoder(), lambda row: Place(record=row))
    for start in range(0, len(texts), 2):
        blocks.add(rows(texts[start : start + 2]))
    with pytest.raises(FileFormatError) as error:
        blocks.finish()
    assert error.value.place.record == 17
