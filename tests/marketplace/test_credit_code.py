import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.credit_code import ALPHABET, check_digit, is_valid


@st.composite
def credit_codes(draw) -> str:
    letters = st.sampled_from(ALPHABET)
    head = draw(st.text(letters, min_size=2, max_size=2))
    region = draw(st.text("0123456789", min_size=6, max_size=6))
    organisation = draw(st.text(letters, min_size=9, max_size=9))
    body = head + region + organisation
    return body + check_digit(body)


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",  # The example printed in the standard.
        "91440300708461136T",  # A registered company, its check character a letter.
    ],
)
def test_known_codes_are_valid(code):
    assert is_valid(code)


@given(credit_codes())
def test_a_code_with_its_own_check_character_is_valid(code):
    assert is_valid(code)


@given(credit_codes(), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_mistyped_character_is_caught(code, place, character):
    mistyped = code[:place] + character + code[place + 1 :]
    assert is_valid(mistyped) == (mistyped == code)


@given(credit_codes(), st.integers(0, 16))
def test_two_swapped_neighbours_are_caught(code, place):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_valid(swapped) == (swapped == code)


@given(st.text())
def test_any_other_text_is_no_code(text):
    assert not is_valid(text)


@pytest.mark.parametrize(
    "code", ["91350100M000100Y4", "91350100m000100y43", "91350100M000100Y43\n", "９1350100M000100Y43"]
)
def test_length_case_and_width_matter(code):
    assert not is_valid(code)


@pytest.mark.parametrize("body", ["", "91350100M000100Y", "9135010OM000100Y4", "9135O100M000100Y4"])
def test_no_check_character_is_made_for_what_cannot_begin_a_code(body):
    with pytest.raises(ValueError, match="first 17 characters"):
        check_digit(body)
