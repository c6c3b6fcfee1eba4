"""Routine and options become the script: who is told what, in which order.

The order inside an exercise is always: name, how to get there, time to get there, what to do, which
side and repetition, the hold. So the listener knows what is coming before it comes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from voiceguide.limits import HOLD_SECONDS, SESSION_HOURS
from voiceguide.routine.model import Exercise, Flow, Routine
from voiceguide.script.options import Options, session_too_long
from voiceguide.script.phrases import Wording, sentences
from voiceguide.script.segments import (
    GRID_MS,
    NOWHERE,
    Chime,
    ChimeKind,
    Cue,
    Hold,
    Pause,
    Place,
    Priority,
    Say,
    Script,
    Section,
    Segment,
    Side,
    Utterance,
)

# Silence before the first word: loudspeakers that wake up on sound swallow the first moment.
LEAD_IN_MS = 800
SENTENCE_PAUSE_MS = 650
PART_PAUSE_MS = 1100
# Time to settle, and just longer than the encoder remembers: so the begin chime is one block in all holds.
BEFORE_BEGIN_MS = 1600
AFTER_RELEASE_MS = 700
# Between what to do and the next repetition of it: the time to move there again.
RETURN_MS = 2500
BEFORE_END_CHIME_MS = 900
LEAD_OUT_MS = 700

HALFWAY_FROM_MS = 20_000
# Called phases: enough to find the rhythm, then the listener goes on alone.
PHASE_CYCLES_CALLED = 2

# What each level of guidance says beyond the names, sides, rounds and counts that all of them say.
PARTS: dict[str, frozenset[str]] = {
    "full": frozenset({
        "welcome", "equipment", "safety", "chimes", "position", "instruction", "phases", "reminders",
        "halfway", "rest", "release", "after",
    }),
    "brief": frozenset({
        "welcome", "equipment", "safety", "position", "halfway", "rest", "release", "after",
    }),
    "cues": frozenset(),
}  # fmt: skip


def build_script(routine: Routine, options: Options, wording: Wording) -> Script:
    """Return what is said and done, in order.

    Args:
        routine: what the author means.
        options: every choice made, for this routine.
        wording: the phrases of the routine's language.

    Raises:
        UsageError: the holds alone would be longer than a session may be.
    """
    chosen = tuple(exercise for exercise in routine.exercises if exercise.id in options.exercises)
    _refuse_endless(chosen, options)
    session = _Session(routine, options, wording, chosen)
    exercises = [_ExercisePart(session, exercise, index) for index, exercise in enumerate(chosen)]
    return Script(
        sections=(
            Section("Introduction", tuple(_intro(session))),
            *(Section(part.exercise.name, tuple(part.segments())) for part in exercises),
            Section("Closing", tuple(_outro(session))),
        ),
        left_out=tuple(chain.from_iterable(part.left_out() for part in exercises)),
    )


def hold_seconds_of(exercise: Exercise, options: Options) -> int:
    """Return how long one hold of the exercise lasts, in whole seconds within the limits."""
    scaled = round(options.hold_seconds * exercise.hold_scale)
    return min(max(scaled, HOLD_SECONDS.least), HOLD_SECONDS.most)


def _refuse_endless(exercises: tuple[Exercise, ...], options: Options) -> None:
    """Holds alone, before any work is done for them."""
    seconds = sum(
        hold_seconds_of(exercise, options) * options.reps * (2 if exercise.sides == "each" else 1)
        for exercise in exercises
    )
    if seconds > SESSION_HOURS * 3600:
        raise session_too_long(seconds / 3600)


@dataclass(frozen=True)
class _Session:
    """What every part of the script needs to know; remembers which alternative of a phrase is next."""

    routine: Routine
    options: Options
    wording: Wording
    exercises: tuple[Exercise, ...]
    _turns: dict[str, int] = field(default_factory=dict)

    def says(self, part: str) -> bool:
        return part in PARTS[self.options.guidance]

    def turn(self, name: str) -> int:
        """Return how often a phrase was said before, and count this time."""
        self._turns[name] = self._turns.get(name, -1) + 1
        return self._turns[name]

    def phrase(
        self, name: str, /, kind: str | None = None, place: Place = NOWHERE, **values: str
    ) -> Iterator[Segment]:
        """Say a phrase of the wording; what one exercise is called is filled in everywhere."""
        turn = self.turn(name)
        nouns = {"noun": self.routine.noun.one, "nouns": self.routine.noun.other}
        return spoken(self.wording.say(name, turn, kind, **nouns, **values), place)


def spoken(text: str, place: Place = NOWHERE) -> Iterator[Segment]:
    """Yield a text sentence by sentence, a pause after each."""
    for sentence in sentences(text):
        yield Say(Utterance(sentence), place)
        yield Pause(SENTENCE_PAUSE_MS, place)


def _all_spoken(texts: Iterable[str]) -> Iterator[Segment]:
    return chain.from_iterable(spoken(text) for text in texts)


# --- intro and outro ---------------------------------------------------------------------------


def _intro(session: _Session) -> Iterator[Segment]:
    routine = session.routine
    yield Pause(LEAD_IN_MS)
    if session.says("welcome"):
        yield from session.phrase("welcome")
        yield from spoken(routine.introduction)
    else:
        yield from session.phrase("welcome_short", title=routine.title)
    if session.says("equipment") and (things := _equipment(session)):
        yield from session.phrase("equipment", things=session.wording.listed(things))
    yield from _all_spoken(routine.safety.before if session.says("safety") else (routine.safety.short,))
    yield Pause(PART_PAUSE_MS - SENTENCE_PAUSE_MS)
    yield from _overview(session)
    if session.says("chimes"):
        yield from _chimes_explained(session)
    yield from session.phrase("start")
    yield Pause(PART_PAUSE_MS)


def _equipment(session: _Session) -> tuple[str, ...]:
    things = chain(session.routine.equipment, *(exercise.equipment for exercise in session.exercises))
    return tuple(dict.fromkeys(things))


def _overview(session: _Session) -> Iterator[Segment]:
    exercises, options, wording = session.exercises, session.options, session.wording
    lengths = {hold_seconds_of(exercise, options) for exercise in exercises}
    kind = "single" if len(exercises) == 1 else "full" if len(lengths) == 1 else "mixed"
    yield from session.phrase(
        "overview",
        kind,
        total=wording.number(len(exercises)),
        hold=wording.duration(min(lengths)),
        times=wording.plural(wording.times, options.reps),
    )
    if any(exercise.sides == "each" for exercise in exercises):
        yield from session.phrase("both_sides")


def _chimes_explained(session: _Session) -> Iterator[Segment]:
    kinds: tuple[tuple[str, ChimeKind], ...] = (("chime_begin", "begin"), ("chime_release", "release"))
    for name, kind in kinds:
        yield from session.phrase(name)
        yield Chime(kind)
        yield Pause(SENTENCE_PAUSE_MS)


def _outro(session: _Session) -> Iterator[Segment]:
    if session.says("after"):
        yield from session.phrase("last_done")
        yield from session.phrase("get_up")
        yield Pause(PART_PAUSE_MS)
        yield from _all_spoken(session.routine.safety.after)
        yield Pause(PART_PAUSE_MS)
    yield from session.phrase("over")
    yield Pause(BEFORE_END_CHIME_MS - SENTENCE_PAUSE_MS)
    yield Chime("end")
    yield Pause(LEAD_OUT_MS)


# --- one exercise ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Window:
    """One hold to come: its place, and what is special about it."""

    place: Place
    number: int
    changes_side: bool
    last_rep: bool

    @property
    def side(self) -> Side | None:
        return self.place.side

    @property
    def rep(self) -> int:
        return self.place.rep or 1


@dataclass(frozen=True)
class _ExercisePart:
    """Writes the section of one exercise."""

    session: _Session
    exercise: Exercise
    index: int

    @property
    def windows(self) -> tuple[_Window, ...]:
        """Every hold of the exercise in the order in which it is done."""
        reps = self.session.options.reps
        if self.exercise.sides == "none":
            order: list[tuple[int, Side | None]] = [(rep, None) for rep in range(1, reps + 1)]
        elif self.exercise.side_order == "alternating":
            order = [(rep, side) for rep in range(1, reps + 1) for side in self._sides()]
        else:
            order = [(rep, side) for side in self._sides() for rep in range(1, reps + 1)]
        before = [None, *order[:-1]]
        return tuple(
            _Window(
                place=Place(self.exercise.id, rep, side),
                number=number,
                changes_side=previous is not None and previous[1] != side,
                last_rep=rep == reps,
            )
            for number, ((rep, side), previous) in enumerate(zip(order, before, strict=True))
        )

    def segments(self) -> Iterator[Segment]:
        windows = self.windows
        yield from self._announcement()
        yield from self._getting_there(windows[0])
        for window in windows:
            yield from self._approach(window)
            yield from self._round(window)
            yield Pause(BEFORE_BEGIN_MS - SENTENCE_PAUSE_MS, window.place)
            yield Hold(self._window_ms(), tuple(self._cues(window)), window.place)
            yield Pause(AFTER_RELEASE_MS, window.place)
        yield from self._ending(windows[-1].place)

    def left_out(self) -> Iterator[tuple[str, str]]:
        variation = self.exercise.movement.variation
        if variation and self.session.options.reps == 1:
            text = self._filled(variation.instruction, self._sides()[0])
            yield text, "the change comes on the last of several repetitions, and there is only one"

    def _sides(self) -> tuple[Side, Side]:
        return ("left", "right") if self.session.options.first_side == "left" else ("right", "left")

    def _hold_seconds(self) -> int:
        return hold_seconds_of(self.exercise, self.session.options)

    def _window_ms(self) -> int:
        return self._hold_seconds() * 1000

    def _filled(self, text: str, side: Side | None) -> str:
        """Put the side words into a text of the routine."""
        if side is None:
            return text
        words = self.session.wording.sides
        other: Side = "right" if side == "left" else "left"
        return text.format(side=words[side], other_side=words[other])

    def _spoken(self, text: str, place: Place) -> Iterator[Segment]:
        return spoken(self._filled(text, place.side), place)

    def _announcement(self) -> Iterator[Segment]:
        total = len(self.session.exercises)
        is_last = self.index == total - 1
        name = "announce_single" if total == 1 else "announce_first" if self.index == 0 else "announce"
        yield from self.session.phrase(
            "announce_last" if is_last and total > 1 else name,
            place=Place(self.exercise.id),
            n=self.session.wording.number(self.index + 1),
            total=self.session.wording.number(total),
            name=(self.exercise.spoken_name or self._inside_a_sentence(total)).rstrip(".!?"),
        )

    def _inside_a_sentence(self, total: int) -> str:
        name = self.exercise.name
        is_abbreviation = name[1:2].isupper()
        return name if total == 1 or is_abbreviation else name[:1].lower() + name[1:]

    def _getting_there(self, first: _Window) -> Iterator[Segment]:
        place = Place(self.exercise.id, None, first.side)
        if self.session.says("position"):
            yield from self._spoken(self.exercise.position, place)
        yield Pause(round(self.exercise.settle_seconds * 1000), place)

    def _approach(self, window: _Window) -> Iterator[Segment]:
        """What comes between one hold and the next: rest, change of side, what to do."""
        if window.changes_side:
            yield from self._change_of_side(window)
        elif window.number:
            yield from self._rest(window.place)
        if self._is_varied(window):
            yield from self._variation(window)
        elif window.number == 0:
            yield from self._instruction(window)
        elif not window.changes_side and self.session.says("position"):
            yield from self._spoken(self._short(window), window.place)
            yield Pause(RETURN_MS, window.place)

    def _rest(self, place: Place) -> Iterator[Segment]:
        if self.session.says("rest"):
            yield from self.session.phrase("rest", place=place)
        yield Pause(self.session.options.rest_seconds * 1000, place)

    def _change_of_side(self, window: _Window) -> Iterator[Segment]:
        """In full the first time; in short once the listener has been on both sides."""
        if window.rep == 1:
            text = self.exercise.changeover or ""
            yield from self.session.phrase("other_side", place=window.place)
        else:
            text = "" if self._is_varied(window) else self._short(window)
            side = self.session.wording.sides[window.side or "left"]
            yield from self.session.phrase("back_to_side", place=window.place, side=side)
        if self.session.says("position"):
            yield from self._spoken(text, window.place)
        yield Pause(round(self.exercise.changeover_seconds * 1000), window.place)

    def _instruction(self, window: _Window) -> Iterator[Segment]:
        movement = self.exercise.movement
        if not self.session.says("instruction"):
            if self.session.says("position"):
                yield from self._spoken(self._short(window), window.place)
            return
        texts = (
            [phase.instruction for phase in movement.phases]
            if isinstance(movement, Flow)
            else [movement.instruction]
        )
        for text in texts:
            yield from self._spoken(text, window.place)
        hold = self.session.wording.duration(self._hold_seconds())
        yield from self.session.phrase("duration", movement.kind, window.place, hold=hold)

    def _variation(self, window: _Window) -> Iterator[Segment]:
        variation = self.exercise.movement.variation
        if variation is not None and self.session.says("position"):
            yield from self._spoken(variation.instruction, window.place)
            yield Pause(round(variation.settle_seconds * 1000), window.place)

    def _is_varied(self, window: _Window) -> bool:
        several = self.session.options.reps > 1
        return self.exercise.movement.variation is not None and several and window.last_rep

    def _short(self, window: _Window) -> str:
        """The short forms in turn; the first repetition has used one where no instruction is given."""
        forms = self.exercise.movement.short
        used = window.rep - (2 if self.session.says("instruction") else 1)
        return forms[used % len(forms)]

    def _round(self, window: _Window) -> Iterator[Segment]:
        """Which side, and which repetition of how many."""
        reps, words = self.session.options.reps, self.session.wording
        values = {"ordinal": words.ordinal(window.rep), "reps": words.number(reps)}
        if window.side:
            values["side"] = words.sides[window.side]
        if reps == 1:
            name = "side" if window.side else None
        else:
            end = "" if not window.last_rep else "_change" if self._is_varied(window) else "_last"
            name = ("side_round" if window.side else "round") + end
        if name:
            yield from self.session.phrase(name, place=window.place, **values)

    def _ending(self, place: Place) -> Iterator[Segment]:
        if self.session.says("release"):
            if self.exercise.release:
                yield from self._spoken(self.exercise.release, place)
            else:
                yield from self.session.phrase("release", place=place)
        yield Pause(max(self.session.options.rest_seconds * 1000 // 2, PART_PAUSE_MS), place)

    # --- inside the window ---------------------------------------------------------------------

    def _cues(self, window: _Window) -> Iterator[Cue]:
        length = self._window_ms()
        words = self.session.wording.phrases
        if self.session.options.countdown:
            numbers = words["countdown"]
            yield Cue(
                tuple(Utterance(number, brisk=True) for number in numbers),
                length - 1000 * len(numbers),
                Priority.COUNTDOWN,
            )
        if self.session.says("halfway") and length >= HALFWAY_FROM_MS:
            halfway = Utterance(self.session.wording.say("halfway", self.session.turn("halfway")))
            yield Cue((halfway,), length // 2, Priority.HALFWAY)
        movement = self.exercise.movement
        if self.session.says("phases") and isinstance(movement, Flow) and window.number == 0:
            yield from self._phase_cues(movement, window)
        elif self.session.says("reminders"):
            yield from self._reminder_cues(window)

    def _phase_cues(self, movement: Flow, window: _Window) -> Iterator[Cue]:
        step = round(movement.phase_seconds * 1000)
        for number in range(1, PHASE_CYCLES_CALLED * len(movement.phases) + 1):
            if number * step < self._window_ms():
                cue = movement.phases[number % len(movement.phases)].cue
                text = self._filled(cue, window.side)
                yield Cue((Utterance(text),), number * step, Priority.PHASE, slack_ms=max(step // 3, GRID_MS))

    def _reminder_cues(self, window: _Window) -> Iterator[Cue]:
        """Two a window, at a quarter and three quarters; the next window goes on with the next two."""
        reminders = self.exercise.movement.reminders
        length = self._window_ms()
        for turn, quarter in enumerate((1, 3)[: len(reminders)]):
            text = reminders[(2 * window.number + turn) % len(reminders)]
            yield Cue(
                (Utterance(self._filled(text, window.side)),),
                quarter * length // 4,
                Priority.REMINDER,
                centred=True,
                slack_ms=length // 8,
            )
