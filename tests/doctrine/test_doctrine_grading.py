"""Grades: nothing without its scheme, nothing guessed, the legacy grade word for word."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.doctrine import grading
from intelnb.doctrine.grading import GradeError


def test_every_grade_of_every_scheme_is_read():
    for scheme, count in (("3x5x2", 30), ("5x5x5", 125), ("Admiralty", 36)):
        parts = [grading.codes(scheme, part) for part in ("source", "information", "handling")]
        read = {
            grading.parse("".join(codes), scheme) for codes in itertools.product(*(part or ("",) for part in parts))
        }
        assert len(read) == count
        assert all(grading.label(scheme, "source", grade.source) for grade in read)


def test_the_same_letters_mean_different_things_in_different_schemes():
    legacy, admiralty = grading.parse("A1", "5x5x5"), grading.parse("A1", "Admiralty")
    assert grading.label("5x5x5", "source", legacy.source) == "Always reliable"
    assert grading.label("Admiralty", "source", admiralty.source) == "Completely reliable"
    with pytest.raises(GradeError, match=r"'A' is not a source code of 3x5x2.*'1' is not an? information code"):
        grading.parse("A1", "3x5x2")


def test_a_missing_handling_code_is_never_p():
    grade = grading.parse("1A", "3x5x2")
    assert grade.handling == ""
    assert grade.is_conditional
    assert not grading.parse("1AP", "3x5x2").is_conditional
    assert grading.parse("1AC", "3x5x2").is_conditional
    assert grading.parse("A11", "5x5x5").is_conditional
    assert grading.parse("A1", "admiralty").is_conditional


@pytest.mark.parametrize(
    ("grade", "scheme", "told"),
    [
        ("4AP", "3x5x2", "source codes of 3x5x2 are: 1, 2, 3"),
        ("1FP", "3x5x2", "information codes of 3x5x2 are: A, B, C, D, E"),
        ("1AX", "3x5x2", "handling codes of 3x5x2 are: P, C"),
        ("", "3x5x2", "missing"),
        ("1", "3x5x2", "one code of each"),
        ("1APP", "3x5x2", "one code of each"),
        ("A11", "Admiralty", "one code of each"),
        ("1AP", "", "3x5x2, 5x5x5, Admiralty"),
        ("1AP", "4x4", "not a grading scheme"),
    ],
)
def test_what_is_not_known_is_named_with_what_is(grade, scheme, told):
    with pytest.raises(GradeError, match=told):
        grading.parse(grade, scheme)


def test_the_indicative_reading_is_ours_and_leaves_gaps():
    # worked from the table: E -> 2, 4 -> D, 4 -> C
    grade = grading.indicative(grading.parse("e 4 4", "5x5x5"))
    assert (grade.source, grade.information, grade.handling, grade.written) == ("2", "D", "C", "e 4 4")
    assert grading.indicative(grading.parse("C3", "5x5x5")).source == grading.NOT_DERIVABLE
    assert grading.indicative(grading.parse("A1", "5x5x5")).handling == ""
    with pytest.raises(GradeError):
        grading.indicative(grading.parse("1AP", "3x5x2"))


@given(st.text(max_size=12), st.sampled_from(["3x5x2", "5x5x5", "Admiralty"]))
def test_any_text_is_read_or_refused_in_plain_words(text, scheme):
    try:
        grade = grading.parse(text, scheme)
    except GradeError:
        return
    assert grade.written == text
    assert grade.source in grading.codes(scheme, "source")
