"""What is handed to the voice, and that plain sentences stay as they are."""

import time

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


KINDS = {
    "numbers with breaks between": [
        ("Breathe 20-5-20.", "Breathe twenty, five, twenty."),
        ("50-5-50", "fifty, five, fifty"),
        ("20–5–20, 20 - 5 - 20", "twenty, five, twenty, twenty, five, twenty"),
        ("Do 21-15-9 reps.", "Do twenty-one, fifteen, nine repetitions."),
        ("30-20-10-20-30", "thirty, twenty, ten, twenty, thirty"),
        ("10-20-30 s holds, 20s-5s-20s", "ten, twenty, thirty seconds holds, twenty seconds, five seconds, twenty seconds"),
        ("Breathe 5.5-2-5.5.", "Breathe five point five, two, five point five."),
        ("20/5/20, 4:7:8", "twenty, five, twenty, four, seven, eight"),
        ("In 4-7-8, 4-4-4-4 or 5–5–5.", "In four-seven-eight, four-four-four-four or five-five-five."),
        ("20-30, 20-20", "twenty to thirty, twenty, twenty"),
        ("L5-S1, a 50-50 split", "L five to S one, a fifty fifty split"),
    ],
    "lengths": [
        ("Hold 1:00. Rest 0:45.", "Hold one minute. Rest forty-five seconds."),
        ("Wait 1:30, stay for 2:15.", "Wait one minute and thirty seconds, stay for two minutes and fifteen seconds."),
        ("Pause 2:01, then 0:01.", "Pause two minutes and one second, then one second."),
        ("1:00 plank, 00:30 rest", "one minute plank, thirty seconds rest"),
        ("Rest :30, then 10:00.", "Rest thirty seconds, then ten minutes."),
        ("0:30-0:45, 1:00-1:30", "thirty to forty-five seconds, one minute to one minute and thirty seconds"),
        ("0:30 to 1:00, 0:45/0:15", "thirty seconds to one minute, forty-five seconds, fifteen seconds"),
        ("3 x 0:30, 3x0:30, 1:00/side", "three times thirty seconds, three times thirty seconds, one minute per side"),
        ("1:30 minutes, 0:45 sec, 1:30:00", "one minute thirty seconds, forty-five seconds, one hour thirty minutes"),
        ("At 1:30 min, turn; at 0:30, too.", "At one minute thirty seconds, turn; at thirty seconds, too."),
    ],
    "times of day": [
        ("Meet at 7:30, be done by 8:00.", "Meet at seven thirty, be done by eight o'clock."),
        ("by 8:00 am, 7:30 pm, 6:45am", "by eight o'clock am, seven thirty pm, six forty-five am"),
        ("Sleep until 6:05, or 7:00 in the morning.", "Sleep until six oh five, or seven o'clock in the morning."),
        ("between 7:30 and 8:00 p.m.", "between seven thirty and eight o'clock p.m."),
        ("a ratio of 40:20, 2:1", "a ratio of forty to twenty, two to one"),
    ],
    "roman numerals": [
        ("Warrior II, Warrior III.", "Warrior two, Warrior three."),
        ("Next: warrior II. Crescent Lunge IV", "Next: warrior two. Crescent Lunge four"),
        ("Phase IV, Level VI, Chapter IX", "Phase four, Level six, Chapter nine"),
        ("Warrior I, Warrior I and II, Part V.", "Warrior one, Warrior one and two, Part five."),
        ("Warrior II/III, Phase II–IV", "Warrior two or three, Phase two to four"),
        ("Then I lift, and so do I. I am here.", "Then I lift, and so do I. I am here."),
        ("In Warrior I breathe.", "In Warrior I breathe."),
        ("Keep the IV drip, an IV line, a V shape.", "Keep the IV drip, an IV line, a V shape."),
        ("Malcolm X, vitamin C, V-ups, XXL", "Malcolm X, vitamin C, V-ups, XXL"),
    ],
    "one of several": [
        ("Set 1/3. Week 1/4", "Set one of three. Week one of four"),
        ("Round 2/3, day 10/30, Part 1/2", "Round two of three, day ten of thirty, Part one of two"),
        ("Step 3/4: exercise 1/10, level 2/3", "Step three of four: exercise one of ten, level two of three"),
        ("Stretch 1/2, rep 3/10, SET 1 / 3", "Stretch one of two, repetition three of ten, SET one of three"),
        ("Set #1/3, set no. 2/3, #3/3", "Set number one of three, set number two of three, number three of three"),
        ("Week 1/2 of the plan", "Week one of two of the plan"),
        ("Set 2/3 – 8–12 reps", "Set two of three – eight to twelve repetitions"),
        ("Set 2 – 30 s, round 3 - 10 reps", "Set two, thirty seconds, round three, ten repetitions"),
        ("Stretch 20 – 30 s, exercise 5 - 10 min", "Stretch twenty to thirty seconds, exercise five to ten minutes"),
        ("Weeks 1 - 4, week 1–4", "Weeks one to four, week one to four"),
        ("1/2 turn, 1/4 of the way", "a half turn, a quarter of the way"),
        ("Step 1/2 foot, stretch 1/4 of the way", "Step a half foot, stretch a quarter of the way"),
        ("Exercise 1/2 hour, 2/3 of it", "Exercise a half hour, two thirds of it"),
        ("7/10, 10/20 reps", "seven out of ten, ten out of twenty repetitions"),
    ],
    "work and rest": [
        ("HIIT 40/20", "HIIT forty, twenty"),
        ("20/10, 30/30, 60/30", "twenty, ten, thirty, thirty, sixty, thirty"),
        ("Tabata 20/10 x 8", "Tabata twenty, ten, eight times"),
        ("HIIT 20/40, 45/15 intervals", "HIIT twenty, forty, forty-five, fifteen intervals"),
        ("15/45, 40/20 seconds", "fifteen, forty-five, forty, twenty seconds"),
        ("30 s/15 s, 40s / 20s", "thirty seconds, fifteen seconds, forty seconds, twenty seconds"),
        ("Pain 7/10, effort 10/10, 5/5", "Pain seven out of ten, effort ten out of ten, five out of five"),
        ("a score of 25/30, 24/7", "a score of twenty-five out of thirty, twenty-four seven"),
    ],
    "ranges": [
        ("15~20 seconds, 8~12", "fifteen to twenty seconds, eight to twelve"),
        ("8～12 reps, 5 ~ 6", "eight to twelve repetitions, five to six"),
        ("8–12, 8—12, 8−12", "eight to twelve, eight to twelve, eight to twelve"),
        ("15s~20s, 10°~20°", "fifteen to twenty seconds, ten to twenty degrees"),
        ("30s-1min, 1.5~2 min", "thirty seconds to one minute, one point five to two minutes"),
        ("~20 s, 3 ~20 s holds", "about twenty seconds, three about twenty seconds holds"),
        ("30 s – 10 reps", "thirty seconds – ten repetitions"),
    ],
    "signs for minutes and seconds": [
        ('Hold 30". Rest 15".', "Hold thirty seconds. Rest fifteen seconds."),
        ("45′′, 30″, 30 '', 20”, 10’’", "forty-five seconds, thirty seconds, thirty seconds, twenty seconds, ten seconds"),
        ("1'30\", 1′30″, 1'30", ", ".join(["one minute and thirty seconds"] * 3)),
        ("5' rest, 1'00\", 0'30\"", "five minutes rest, one minute, thirty seconds"),
        ('30"-45", 30" on, 15" off', "thirty to forty-five seconds, thirty seconds on, fifteen seconds off"),
        ('3x30", 30"/side', "three times thirty seconds, thirty seconds per side"),
        ('Say "Set 30", "rest 15" and “Hold 30”.', 'Say "Set thirty", "rest fifteen" and “Hold thirty”.'),
        ("'Set 30', the girls' turn", "'Set thirty', the girls' turn"),
        ('Feet 6" apart.', "Feet six inches apart."),
        ("5'10\" tall", "five feet ten inches tall"),
    ],
    "amounts": [
        ("½-1 min, 1/2–1 min", "a half to one minute, a half to one minute"),
        ("2 1/2x, 1½x, 2½x/week", "two and a half times, one and a half times, two and a half times per week"),
        ("1,000x, 100x, 150-200x", "one thousand times, one hundred times, one hundred fifty to two hundred times"),
        ("5+ min, 3+ reps, 10+", "five or more minutes, three or more repetitions, ten or more"),
        ("30 s+, 5+ days/week, 5 + 5", "thirty seconds or more, five or more days per week, five plus five"),
        ("2–2½ min, 1-1/2 min", "two to two and a half minutes, one and a half minutes"),
        ("in the 90s, in your 50s, the '80s", "in the nineties, in your fifties, the eighties"),
        ("in their early 60s, in the 1990s", "in their early sixties, in the nineteen nineties"),
        ("hold 90s, the 90s hold, in 90s", "hold ninety seconds, the ninety seconds hold, in ninety seconds"),
    ],
    "items of lists": [
        ("1. Lie down.", "Lie down."),
        ("1) Lie down.", "Lie down."),
        ("(2) Lie down.", "Lie down."),
        ("a) Lie down.", "Lie down."),
        ("II. Lie down.", "Lie down."),
        ("• Lie down.", "Lie down."),
        ("- Lie down.", "Lie down."),
        ("* Lie down.", "Lie down."),
        ("10. Rest for 10 s.", "Rest for ten seconds."),
        ("1.5 seconds", "one point five seconds"),
        ("1.", "one."),
        ("-5 degrees", "minus five degrees"),
        ("(R) leg", "right leg"),
    ],
    "sides": [
        ("(R) leg, (L) arm", "right leg, left arm"),
        ("L/R, R/L, Lt/Rt", "left and right, right and left, left and right"),
        ("R. leg, L. arm up, Rt knee", "right leg, left arm up, right knee"),
        ("L hand on R knee, turn L.", "left hand on right knee, turn left."),
        ("Hold 30s (R) / 30s (L)", "Hold thirty seconds right, thirty seconds left"),
        ("L & R, R then L, L/R/L", "left and right, right then left, left, right, left"),
        ("R, L, R, L. Left, right.", "right, left, right, left. Left, right."),
        ("L4, L4/5, L5-S1", "L four, L four to five, L five to S one"),
        ("3 L of water, an L shape, L-sit", "three L of water, an L shape, L-sit"),
        ("J. R. Smith, L. Jones, R&R", "J. R. Smith, L. Jones, R and R"),
        ("left/right", "left or right"),
    ],
    "how often, and hours": [
        ("3x week, 3 x a week, 1x week", "three times a week, three times a week, once a week"),
        ("2x/day, 3×/wk, 3 x day", "twice per day, three times per week, three times a day"),
        ("3x10, 3 sets x 10, 3x weekly", "three times ten, three sets times ten, three times weekly"),
        ("1h30, 1h 30, 1h30m", ", ".join(["one hour thirty minutes"] * 3)),
        ("2h, 1h05, 1 hr 30", "two hours, one hour five minutes, one hour thirty minutes"),
        ("2m30, 2m 30s, 1min30", "two minutes thirty seconds, two minutes thirty seconds, one minute thirty seconds"),
        ("5m, 1h 30 s, 2 h 30 squats", "five meters, one hour thirty seconds, two hours thirty squats"),
    ],
    "initialisms": [
        ("the SI joints, an IT-band roll", "the S.I joints, an I.T-band roll"),
        ("IT Band Stretch, ITB, an ACL tear", "I.T Band Stretch, I.T.B, an A.C.L tear"),
        ("DO IT. Use it, band or not. SI units", "DO IT. Use it, band or not. SI units"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "spoken"),
    [pytest.param(*case, id=f"{kind}: {case[0]}") for kind in KINDS for case in KINDS[kind]],
)
def test_notations_of_plans_are_spoken_as_they_are_meant(written: str, spoken: str) -> None:
    """As what a routine means by them, so that no number is heard as another; what only looks like one stays."""
    assert ENGLISH.spoken_form(written, {}) == spoken


@pytest.mark.parametrize("text", ["Stretch the IT band.", "Warm your SI joints and the ACL."])
def test_initialisms_are_shown_without_points(text: str) -> None:
    """Those are for the voice; a list of one's own is shown as it is."""
    assert "." in ENGLISH.spoken_form(text, {})[:-1]
    assert ENGLISH.shown_form(text, {}) == text
    assert ENGLISH.shown_form("L4, IT band", {"L4": "l.four"}) == "l.four, IT band"


@pytest.mark.parametrize(
    "atom", ["1", "1:", "1-", "1/", "1 s-", "'a", '"1', "L/", "II ", "pain ", "1. ", "1,000", "+1"]
)
def test_long_texts_are_quick(atom: str) -> None:
    """Also where a pattern begins again and again; they take milliseconds, at most a second."""
    begun = time.process_time()
    ENGLISH.spoken_form(atom * (2000 // len(atom)), {})
    assert time.process_time() - begun < 10


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
