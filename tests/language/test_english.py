"""Wording: numbers, durations and plurals as words, and texts as sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.errors import UsageError, VoiceguideError
from voiceguide.language.registry import LANGUAGES, find_language

ENGLISH = find_language("en")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "zero"),
        (1, "one"),
        (12, "twelve"),
        (15, "fifteen"),
        (19, "nineteen"),
        (20, "twenty"),
        (21, "twenty-one"),
        (40, "forty"),
        (58, "fifty-eight"),
        (90, "ninety"),
        (99, "ninety-nine"),
        (100, "100"),
        (600, "600"),
    ],
)
def test_numbers_are_words_up_to_ninety_nine(value: int, words: str) -> None:
    """Figures above that."""
    assert ENGLISH.number(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1, "first"),
        (2, "second"),
        (3, "third"),
        (5, "fifth"),
        (8, "eighth"),
        (9, "ninth"),
        (12, "twelfth"),
        (19, "nineteenth"),
        (20, "twentieth"),
        (21, "twenty-first"),
        (32, "thirty-second"),
        (40, "fortieth"),
        (43, "forty-third"),
        (50, "fiftieth"),
    ],
)
def test_ordinals_are_words(value: int, words: str) -> None:
    """Up to the fiftieth repetition, which is the last there can be."""
    assert ENGLISH.ordinal(value) == words


def test_no_two_numbers_share_their_words() -> None:
    """So that a listener can tell every repetition from every other."""
    assert len({ENGLISH.number(value) for value in range(100)}) == 100
    assert len({ENGLISH.ordinal(value) for value in range(1, 100)}) == 99


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "one second"),
        (3, "three seconds"),
        (25, "twenty-five seconds"),
        (59, "fifty-nine seconds"),
        (60, "one minute"),
        (61, "sixty-one seconds"),
        (75, "seventy-five seconds"),
        (89, "eighty-nine seconds"),
        (90, "one minute and thirty seconds"),
        (91, "one minute and thirty-one seconds"),
        (120, "two minutes"),
        (121, "two minutes and one second"),
        (599, "nine minutes and fifty-nine seconds"),
        (600, "ten minutes"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: int, words: str) -> None:
    """Seconds below a minute and a half, then minutes and seconds; a round minute is a minute."""
    assert ENGLISH.duration(seconds) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "zero times"), (1, "once"), (2, "twice"), (3, "three times"), (50, "fifty times")],
)
def test_times_have_their_own_words_for_one_and_two(value: int, words: str) -> None:
    """Forms may name a number."""
    assert ENGLISH.quantity("times", value) == words


def test_a_form_is_chosen_by_plural_category() -> None:
    """English has ``one`` and ``other``; other categories are never asked for."""
    forms = {"one": "{n} knee", "few": "?", "other": "{n} knees"}
    assert [ENGLISH.plural(forms, n, str(n)) for n in (0, 1, 2, 5)] == [
        "0 knees",
        "1 knee",
        "2 knees",
        "5 knees",
    ]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (("a mat",), "a mat"),
        (("a mat", "a chair"), "a mat, and a chair"),
        (("a mat", "a chair", "a wall"), "a mat, a chair, and a wall"),
    ],
)
def test_things_are_listed_with_an_and(items: tuple[str, ...], words: str) -> None:
    """One needs no joining."""
    assert ENGLISH.join_list(items) == words


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Breathe out.", ("Breathe out.",)),
        ("  Breathe out.  Let go. ", ("Breathe out.", "Let go.")),
        ("Where to? There! Go on…  Now.", ("Where to?", "There!", "Go on…", "Now.")),
        ("Wait... and go.", ("Wait... and go.",)),
        ("Wait... Then go.", ("Wait...", "Then go.")),
        ("Bend to 90 deg. and hold.", ("Bend to 90 deg. and hold.",)),
        ("Hold for 2.5 seconds. 3 times.", ("Hold for 2.5 seconds.", "3 times.")),
        ("Ask Dr. Smith or Mrs. Jones. They know.", ("Ask Dr. Smith or Mrs. Jones.", "They know.")),
        ("This is J. Smith's stretch. Enjoy.", ("This is J. Smith's stretch.", "Enjoy.")),
        ("Breathe in. Élan follows.", ("Breathe in.", "Élan follows.")),
        ("No end here", ("No end here",)),
        ("", ()),
    ],
)
def test_a_text_is_split_into_its_sentences(text: str, parts: tuple[str, ...]) -> None:
    """At full stops that end a sentence, not at abbreviations or decimals."""
    assert ENGLISH.sentences(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hold for 5 s. Then rest.", ("Hold for 5 s.", "Then rest.")),
        ("See No. 1, max. 10 times.", ("See No. 1, max. 10 times.",)),
        ("Say no. Then go.", ("Say no.", "Then go.")),
        ("J. Smith said so. Yes.", ("J. Smith said so.", "Yes.")),
    ],
)
def test_short_forms_end_no_sentence_where_they_belong_to_what_follows(
    text: str, parts: tuple[str, ...]
) -> None:
    """A unit ends one; “No.” before a number does not."""
    assert ENGLISH.sentences(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1. Lie down.", ("1. Lie down.",)),
        ("10. Rest. Then go.", ("10. Rest.", "Then go.")),
        ("1. Lie down. 2. Rest for 10. 3. Go.", ("1. Lie down.", "2. Rest for 10.", "3. Go.")),
        ("1.) Lie down. II. Go.", ("1.) Lie down.", "II.", "Go.")),
        ("II. Lie down.", ("II. Lie down.",)),
        ("2. 30 s hold.", ("2. 30 s hold.",)),
        ("3. 2. 1. Go!", ("3.", "2.", "1.", "Go!")),
        ("3. 2. 1. go!", ("3.", "2.", "1.", "go!")),
        ("Count to 3. Then go.", ("Count to 3.", "Then go.")),
        ("Ready? 1. Go!", ("Ready?", "1.", "Go!")),
        ("1.", ("1.",)),
    ],
)
def test_the_number_of_a_list_stays_with_its_item(text: str, parts: tuple[str, ...]) -> None:
    """If the text begins with it, and the others follow; the numbers of a countdown are sentences."""
    assert ENGLISH.sentences(text) == parts


@given(st.lists(st.text(alphabet="aBé1 .!?…,'Dr", max_size=12), max_size=8).map(" ".join))
def test_no_word_is_lost_between_sentences(text: str) -> None:
    """Splitting takes nothing away but white space."""
    assert " ".join(ENGLISH.sentences(text)).split() == text.split()


@pytest.mark.parametrize(
    ("turn", "words"),
    [(0, "Take a short rest."), (1, "Rest for a moment."), (2, "Rest, and breathe easily.")],
)
def test_alternatives_of_a_phrase_are_taken_in_turn(turn: int, words: str) -> None:
    """After the last comes the first again."""
    assert ENGLISH.phrase("rest", turn) == words
    assert ENGLISH.phrase("rest", turn + 3) == words


def test_a_phrase_has_its_values_filled_in_and_a_large_first_letter() -> None:
    """Whatever stands first in it."""
    assert (
        ENGLISH.phrase("side_round", side="left", side_name="leg", n="two", reps="three")
        == "Left leg, round two of three."
    )


@pytest.mark.parametrize(("kind", "words"), [("hold", "Hold for a while."), ("rock", "Rock for a while.")])
def test_a_phrase_by_kind_has_a_text_for_each(kind: str, words: str) -> None:
    """Each movement has its own words for its duration."""
    assert ENGLISH.phrase("duration", kind=kind, hold="a while") == words


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("hello", None, "The language 'en' has no phrase 'hello'."),
        ("duration", "jump", "The language 'en' has no phrase 'duration' of kind 'jump'."),
        ("duration", None, "The language 'en' has no phrase 'duration'."),
    ],
)
def test_a_phrase_that_is_not_there_is_named(name: str, kind: str | None, message: str) -> None:
    """With its language, and its kind where there is one."""
    with pytest.raises(VoiceguideError) as caught:
        ENGLISH.phrase(name, kind=kind)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "large"), [("breathe", "Breathe"), ("iPad", "IPad"), ("élan", "Élan"), ("", "")]
)
def test_only_the_first_letter_is_made_large(text: str, large: str) -> None:
    """The rest stays as written."""
    assert ENGLISH.capitalize(text) == large


@pytest.mark.parametrize("language", ["en", "en-GB", "en-US"])
def test_every_english_has_wording(language: str) -> None:
    """A region uses the wording of its language."""
    assert find_language(language) == ENGLISH


def test_a_language_without_wording_is_told_with_what_there_is() -> None:
    """And where it is set."""
    assert set(LANGUAGES) == {"en"}
    with pytest.raises(UsageError) as caught:
        find_language("pt-BR")
    assert str(caught.value) == (
        "voiceguide does not speak the language 'pt-BR' yet. Choose one of: en. "
        "Set the routine's 'language' to one of these."
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Breathe in. … Breathe out.", ("Breathe in. …", "Breathe out.")),
        ("Stop! ! Now.", ("Stop! !", "Now.")),
        ('He said "Stop." Then go.', ('He said "Stop."', "Then go.")),
        ("(Slowly.) Then go.", ("(Slowly.)", "Then go.")),
        ("Ask Dr. Smith. Or not.", ("Ask Dr. Smith.", "Or not.")),
        ("Vitamin C. Is good.", ("Vitamin C. Is good.",)),
    ],
)
def test_every_sentence_holds_a_word_and_ends_behind_its_quote(text: str, parts: tuple[str, ...]) -> None:
    """An engine never gets only a sign to say."""
    assert ENGLISH.sentences(text) == parts
