"""What is handed to the voice, and that plain sentences stay as they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceguide.language.registry import find_language
from voiceguide.options.session import GUIDANCE, SessionOptions
from voiceguide.routine.reader import built_in_ids, find_routine
from voiceguide.script.builder import build_script

ENGLISH = find_language("en")
SAY = {"psoas": "so-as", "Iliacus": "ill-eye-a-cus", "L4": "lumbar four", "IT": "eye tee"}


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Bend 90°.", "Bend ninety degrees."),
        ("Bend 90 °, then stop.", "Bend ninety degrees, then stop."),
        ("It is 37 °C.", "It is thirty-seven degrees Celsius."),
        ("Turn 1°.", "Turn one degree."),
        ("Hold 30 sec.", "Hold thirty seconds."),
        ("Hold 30 s and rest.", "Hold thirty seconds and rest."),
        ("Hold 30s.", "Hold thirty seconds."),
        ("Wait 1 min.", "Wait one minute."),
        ("Wait 2 min, then go.", "Wait two minutes, then go."),
        ("Do it 2x.", "Do it twice."),
        ("Do it 2 × a day.", "Do it twice a day."),
        ("Do it x3.", "Do it three times."),
        ("Once: 1x.", "Once: once."),
        ("Feel L4.", "Feel L four."),
        ("Feel L4-L5.", "Feel L four to L five."),
        ("Feel L4/L5 and T12.", "Feel L four to L five and T twelve."),
        ("C7 sticks out.", "C seven sticks out."),
        ("For 10-15 seconds.", "For ten to fifteen seconds."),
        ("For 10–15 s.", "For ten to fifteen seconds."),
        ("2.5 kg", "two point five kilograms"),
        ("1 kg", "one kilogram"),
        ("1,250 steps", "one thousand two hundred fifty steps"),
        ("110 times", "one hundred ten times"),
        ("100", "one hundred"),
        ("1000", "one thousand"),
        ("0", "zero"),
        ("999999", "nine hundred ninety-nine thousand nine hundred ninety-nine"),
        ("1,234,567", "one million two hundred thirty-four thousand five hundred sixty-seven"),
        ("1234567890", "one two three four five six seven eight nine zero"),
        ("The 2nd time.", "The second time."),
        ("The 21st day.", "The twenty-first day."),
        ("Bend by 50 %.", "Bend by fifty percent."),
        ("½ turn", "a half turn"),
        ("1/2 turn, 3/4 of it", "a half turn, three quarters of it"),
        ("1½ turns, 2 1/4 turns", "one and a half turns, two and a quarter turns"),
        ("2½ min, ½ min", "two and a half minutes, a half minute"),
        ("A pain of 3/10.", "A pain of three out of ten."),
        ("< 10 and > 5", "less than ten and more than five"),
        ("≥ 5, ≤ 30 s, ±5°", "at least five, at most thirty seconds, plus or minus five degrees"),
        ("From -5 to −3, in 4-7-8", "From minus five to minus three, in four-seven-eight"),
        ("No. 1, max. 10, ca. 5 cm, Fig. 2", "number one, at most ten, about five centimeters, figure two"),
        ("3x10, then 4 x 4", "three times ten, then four times four"),
        ("3 sets x 10 reps", "three sets times ten repetitions"),
        ("2-3x, or 1–2x a day", "two to three times, or one to two times a day"),
        ("2x/week, 30 s/side, 3/day", "twice per week, thirty seconds per side, three per day"),
        (
            "1.5x, x 2.5, 0.5 × as long",
            "one point five times, two point five times, zero point five times as long",
        ),
        (
            "3 times/week, 2x/wk, 12 breaths/min",
            "three times per week, twice per week, twelve breaths per minute",
        ),
        (
            "a few times/day, 10 circles/leg, 1 set/d",
            "a few times per day, ten circles per leg, one set per day",
        ),
        ("1/session, 5 m/s, 90°/side", "one per session, five meters per second, ninety degrees per side"),
        ("the knee/leg, 2 arms/legs, day/night", "the knee or leg, two arms or legs, day or night"),
        (
            "1 000 steps, 12\u202f500, 2\u00a0100 and 3",
            "one thousand steps, twelve thousand five hundred, two thousand one hundred and three",
        ),
        (
            "45 deg, a 5-min hold, a 10-lb weight, 10 kgs",
            "forty-five degrees, a five minute hold, a ten pound weight, ten kilograms",
        ),
        ("A 90-degree bend, 6 wks, 16 oz", "A ninety-degree bend, six weeks, sixteen ounces"),
        ("About 3 in. wide, or 1 in.", "About three inches wide, or one inch."),
        ("Do 3 in a row.", "Do three in a row."),
        (
            "Hold 1:30 min, then 2:00 min, in 1:05 h",
            "Hold one minute thirty seconds, then two minutes, in one hour five minutes",
        ),
        (
            "A 150 lb. person rests 2 min. Then go.",
            "A one hundred fifty pounds person rests two minutes. Then go.",
        ),
        ("min. 5, Min. 10 s", "at least five, at least ten seconds"),
        ("Wait 5 min. 5 times is enough.", "Wait five minutes. five times is enough."),
        ("The 90-90 stretch, 50/50", "The ninety ninety stretch, fifty fifty"),
        (
            "Hold >= 5 s, <= 30 s, 2 = 2, 5 -> 10",
            "Hold at least five seconds, at most thirty seconds, two equals two, five to ten",
        ),
        ("Loosen L4/L5/S1, then C4/5.", "Loosen L four to L five to S one, then C four to five."),
        ("Once/day, twice / week, 3 times / week", "Once per day, twice per week, three times per week"),
        (
            "Hold 1m30s, 30 s–60 s, 30s-60s",
            "Hold one minute thirty seconds, thirty to sixty seconds, thirty to sixty seconds",
        ),
        ("A pain of 10/10, strength 5/5", "A pain of ten out of ten, strength five out of five"),
        ("Do 3 200 m walks.", "Do three two hundred meters walks."),
        ("Move 1 hand/foot, 3 arm/leg raises", "Move one hand or foot, three arm or leg raises"),
        ("A 20-30-sec hold, 5-10-lb weight", "A twenty to thirty second hold, five to ten pound weight"),
        ("1/2-lb, 2 1/2-in. step, 5-km/h", "a half pound, two and a half inch step, five kilometer per hour"),
        ("12 in. x 12 in.", "twelve inches times twelve inches."),
        ("Do 20 max. 3 times, exercise 2 fig. 3", "Do twenty at most three times, exercise two figure three"),
        ("Breathe for 4 in. Then 4 out.", "Breathe for four in. Then four out."),
        (
            "From 90 to 90, 10-10.5, 2.5–3 kg",
            "From ninety to ninety, ten to ten point five, two point five to three kilograms",
        ),
        ("5 km/h at 60 bpm", "five kilometers per hour at sixty beats per minute"),
        ("left/right", "left or right"),
        ("30 SEC, 10 KG", "thirty seconds, ten kilograms"),
        (
            "The 101st, the 112th, the 100th",
            "The one hundred first, the one hundred twelfth, the one hundredth",
        ),
        ("At 7:30, 7:05 and 10:00", "At seven thirty, seven oh five and ten o'clock"),
        ("2:1", "two to one"),
        ("$5, €10, £1", "five dollars, ten euros, one pound"),
        ("#1 of 10k", "number one of ten k"),
        ("5 cm apart", "five centimeters apart"),
        ("3 m away", "three meters away"),
        ("Arms & legs", "Arms and legs"),
        ("approx. 10 reps", "about ten repetitions"),
        ("One rep more.", "One repetition more."),
        ("Left and/or right.", "Left and or right."),
        ("Stretch the IT band.", "Stretch the I.T band."),
        ("e.g. a towel", "for example a towel"),
        ("Smile 😀 now", "Smile now"),
        ("Lift (slowly).", "Lift slowly."),
        ("Über 3 m!", "Über three meters!"),
        ("24/7", "twenty-four seven"),
        ("a_b*c", "a b c"),
    ],
)
def test_signs_and_short_forms_are_words(written: str, spoken: str) -> None:
    """As a teacher would read them aloud."""
    assert ENGLISH.spoken_form(written, {}) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "Breathe in.",
        "Stop, and rest for a minute; then go on: slowly!",
        "It's all right, isn't it?",
        "Sit in a chair, arms at your sides.",
        "Twenty-five seconds.",
        "Wait… and go.",
        "Reach up “as if” to the sky.",
        "Let your hips sink, min by min is no unit here",
        "STOP if it hurts.",
    ],
)
def test_plain_sentences_stay_as_they_are(text: str) -> None:
    """Byte for byte: what was spoken once is still known."""
    assert ENGLISH.spoken_form(text, {}) == text


@pytest.mark.parametrize("name", built_in_ids())
def test_the_built_in_routines_need_none(name: str) -> None:
    """They are written as they are spoken; only their own list may change a word."""
    routine = find_routine(name)
    for guidance in GUIDANCE:
        script = build_script(routine, SessionOptions(guidance=guidance).resolve(routine), ENGLISH)  # type: ignore[arg-type]
        for utterance in script.utterances:
            assert ENGLISH.spoken_form(utterance.text, {}) == utterance.text


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("The psoas softens.", "The so-as softens."),
        ("PSOAS and Psoas.", "so-as and so-as."),
        ("The iliopsoas and psoasis.", "The iliopsoas and psoasis."),
        ("Iliacus, 2x.", "ill-eye-a-cus, twice."),
        ("L4 and L5", "lumbar four and L five"),
        ("It is IT.", "eye tee is eye tee."),
    ],
)
def test_a_list_of_ones_own_comes_first(written: str, spoken: str) -> None:
    """In any case, for whole words, and its forms are final."""
    assert ENGLISH.spoken_form(written, SAY) == spoken


def test_a_list_may_hold_any_letters() -> None:
    """Also those that two cases do not share, and either apostrophe."""
    odd = {"İstanbul": "x", "psoas": "so-as", "child's pose": "the rest"}
    assert ENGLISH.spoken_form("istanbul, pſoas", odd) == "istanbul, so-as"
    assert ENGLISH.spoken_form("child’s pose, child's pose", odd) == "the rest, the rest"


@settings(max_examples=300)
@given(st.text(max_size=600))
def test_anything_can_be_spoken(text: str) -> None:
    """Never an error, never nothing where there was something, never without bound."""
    for say in ({}, SAY):
        spoken = ENGLISH.spoken_form(text, say)
        assert bool(spoken) == bool(text)
        assert len(spoken) <= 60 * len(text) + 60


@given(st.integers(0, 999_999))
def test_numbers_are_words_without_digits(value: int) -> None:
    """Up to a million."""
    words = ENGLISH.spoken_form(str(value), {})
    assert not any(character.isdigit() for character in words)
    assert ENGLISH.spoken_form(words, {}) == words
