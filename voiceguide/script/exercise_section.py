"""The section of one exercise.

The order is always: name, how to get there, time to get there, what to do, which side and repetition,
the hold. So the listener knows what is coming before it comes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from voiceguide.routine.model import Exercise, Flow, Side
from voiceguide.script.context import (
    PART_PAUSE_MS,
    SENTENCE_PAUSE_MS,
    ScriptContext,
)
from voiceguide.script.cues import are_called, are_called_throughout, cues_of
from voiceguide.script.segments import Hold, Location, Pause, Say, Segment

# Time to settle, and just longer than the encoder remembers: so the begin chime is one block in all holds.
BEFORE_BEGIN_MS = 2550
AFTER_RELEASE_MS = 700
# Between what to do and the next repetition of it: the time to move there again.
RETURN_MS = 2500

_OTHER: dict[Side, Side] = {"left": "right", "right": "left"}


@dataclass(frozen=True)
class Window:
    """One hold to come: its place, and what is special about it.

    Attributes:
        number: from 0, in the exercise.
        last_rep: of its set.
    """

    location: Location
    number: int
    changes_side: bool
    changes_set: bool
    last_rep: bool

    @property
    def side(self) -> Side | None:
        """The side, where the exercise has sides."""
        return self.location.side

    @property
    def side_before(self) -> Side | None:
        """The side of the hold before it."""
        return _OTHER[self.side] if self.side and self.changes_side else self.side

    @property
    def rep(self) -> int:
        """The repetition, from 1, in its set."""
        return self.location.rep or 1

    @property
    def is_return(self) -> bool:
        """Whether it is done again as the one before it was."""
        return self.number > 0 and not self.changes_side


@dataclass(frozen=True)
class ExerciseSection:
    """Writes the section of one exercise."""

    telling: ScriptContext
    exercise: Exercise
    index: int

    @property
    def windows(self) -> tuple[Window, ...]:
        """Every hold of the exercise in the order in which it is done."""
        reps, sets = self._reps, range(1, self.exercise.sets + 1)
        order = [(number, rep, side) for number, (rep, side) in product(sets, self._order_in_a_set())]
        before = [None, *order[:-1]]
        return tuple(
            Window(
                location=Location(
                    self.exercise.id, rep, side, set_number if self.exercise.sets > 1 else None
                ),
                number=number,
                changes_side=previous is not None and previous[2] != side,
                changes_set=previous is not None and previous[0] != set_number,
                last_rep=rep == reps,
            )
            for number, ((set_number, rep, side), previous) in enumerate(zip(order, before, strict=True))
        )

    def segments(self) -> Iterator[Segment]:
        """Yield everything from the name to the way out."""
        windows = self.windows
        yield from self._announcement()
        yield from self._getting_there(windows[0])
        for window in windows:
            yield from self._hold(window)
            yield Pause(AFTER_RELEASE_MS, window.location)
        yield from self._ending(windows[-1].location)

    def left_out(self) -> Iterator[tuple[str, str]]:
        """Yield what the options left no room for, and why."""
        variation = self.exercise.movement.variation
        if variation and self._reps == 1:
            text = self.telling.filled(variation.instruction, self._sides()[0])
            yield text, "the change comes on the last of several repetitions, and there is only one"

    @property
    def _reps(self) -> int:
        return self.telling.options.reps_of(self.exercise)

    def _order_in_a_set(self) -> list[tuple[int, Side | None]]:
        reps = range(1, self._reps + 1)
        if self.exercise.sides == "none":
            return [(rep, None) for rep in reps]
        if self.exercise.side_order == "alternating":
            return [(rep, side) for rep in reps for side in self._sides()]
        return [(rep, side) for side in self._sides() for rep in reps]

    def _sides(self) -> tuple[Side, Side]:
        return ("left", "right") if self.telling.options.first_side == "left" else ("right", "left")

    @property
    def _side_name(self) -> str:
        return self.exercise.side_name or self.telling.language.side_name

    def _spoken(self, text: str, location: Location) -> Iterator[Say | Pause]:
        return self.telling.spoken(self.telling.filled(text, location.side), location)

    # --- before the first hold -----------------------------------------------------------------

    def _announcement(self) -> Iterator[Segment]:
        telling, total = self.telling, len(self.telling.exercises)
        is_last = self.index == total - 1
        name = "announce_single" if total == 1 else "announce_first" if self.index == 0 else "announce"
        yield from telling.phrase(
            "announce_last" if is_last and total > 1 else name,
            location=Location(self.exercise.id),
            n=telling.language.number(self.index + 1),
            total=telling.language.number(total),
            name=(self.exercise.spoken_name or self._inside_a_sentence(total)).rstrip(".!?"),
        )

    def _inside_a_sentence(self, total: int) -> str:
        name = self.exercise.name
        return name if total == 1 else self.telling.language.inside_sentence(name)

    def _getting_there(self, first: Window) -> Iterator[Segment]:
        location = Location(self.exercise.id, None, first.side)
        if self.telling.says("position"):
            yield from self._spoken(self.exercise.position, location)
        yield Pause(round(self.exercise.settle_seconds * 1000), location)

    def _instruction(self, window: Window) -> Iterator[Segment]:
        movement = self.exercise.movement
        if not self.telling.says("position"):
            return
        texts = (
            [phase.instruction for phase in movement.phases]
            if isinstance(movement, Flow)
            else [movement.instruction]
        )
        for text in texts:
            yield from self._spoken(text, window.location)
        if self.telling.says("duration"):
            lasting = self.telling.lasting(self.exercise)
            yield from self.telling.phrase("duration", self._duration_kind(), window.location, hold=lasting)
        elif isinstance(movement, Flow) and not self.exercise.breath:
            yield from self.telling.phrase("flow_on", "two" if len(texts) == 2 else "many", window.location)
        if self.exercise.breath:
            yield from self.telling.phrase("breath_begin", location=window.location)

    def _duration_kind(self) -> str:
        movement = self.exercise.movement
        if not isinstance(movement, Flow):
            return "quiet" if self.exercise.quiet and movement.kind == "work" else movement.kind
        if self.exercise.breath:
            return "flow_breath"
        window_ms = self.telling.options.hold_seconds_of(self.exercise) * 1000
        many = "" if len(movement.phases) == 2 else "_many"
        if not are_called(movement, window_ms):
            return f"flow_short{many}"
        return "flow_called" if are_called_throughout(movement, window_ms) else f"flow{many}"

    # --- from one hold to the next -------------------------------------------------------------

    def _hold(self, window: Window) -> Iterator[Segment]:
        """Yield one hold with all that comes before it."""
        hold = Hold(
            window_ms=self.telling.options.hold_seconds_of(self.exercise) * 1000,
            cues=tuple(cues_of(self.telling, self.exercise, window.location, window.number)),
            location=window.location,
        )
        if self._rest_is_timed(window):
            yield replace(
                hold,
                since_release_ms=self._rest_ms(window),
                rest=tuple(self._rest_words(window)),
                leads=tuple(self._leads(window)),
            )
        else:
            yield from self._approach(window)
            yield from self._ready(window)
            yield hold

    def _leads(self, window: Window) -> Iterator[tuple[Say | Pause, ...]]:
        """Yield what leads into the window of a timed rest, ever shorter."""
        ready = tuple(self._ready(window))
        way_back = tuple(self._way_back(window))
        yield (*way_back, *ready)
        yield (*way_back[:-1], *ready)  # without the time to move: the place is the same
        yield ready

    def _rest_is_timed(self, window: Window) -> bool:
        """Work and rest are timed alike; elsewhere a rest is the quiet time between words."""
        return self.exercise.movement.kind == "work" and window.is_return and not self._is_varied(window)

    def _approach(self, window: Window) -> Iterator[Segment]:
        """What comes between one hold and the next: rest, change of side, what to do."""
        if window.changes_set:
            yield from self._rest(window)
            yield from self._set(window)
        if window.changes_side:
            yield from self._change_of_side(window)
        elif window.number and not window.changes_set:
            yield from self._rest(window)
        if self._is_varied(window):
            yield from self._variation(window)
        elif window.number == 0:
            yield from self._set(window)
            yield from self._instruction(window)
        elif window.is_return:
            yield from self._way_back(window)

    def _rest(self, window: Window) -> Iterator[Segment]:
        yield from self._rest_words(window)
        yield Pause(self._rest_ms(window), window.location)

    def _rest_words(self, window: Window) -> Iterator[Say | Pause]:
        """How to come out, in the routine's words where it has some: a general one leaves people where they are."""
        transitions = self.exercise.transition
        if self.telling.says("rest"):
            turn = self.telling.turn(f"transition {self.exercise.id}")
            text = transitions[turn % len(transitions)] if transitions else self.telling.phrase_text("rest")
            yield from self._spoken(text, replace(window.location, side=window.side_before))

    def _rest_ms(self, window: Window) -> int:
        if window.changes_set:
            return self.exercise.set_rest_seconds * 1000
        return self.telling.options.rest_seconds_of(self.exercise) * 1000

    def _set(self, window: Window) -> Iterator[Say | Pause]:
        number, words = window.location.set_number, self.telling.language
        if number is not None:
            values = {"n": words.number(number), "total": words.number(self.exercise.sets)}
            yield from self.telling.spoken(self.telling.phrase_text("set", **values), window.location)

    def _way_back(self, window: Window) -> Iterator[Say | Pause]:
        """The same again: in short, and the time to move there."""
        if self.telling.says("position"):
            if self._rest_is_timed(window) and window.changes_set:
                yield from self._set(window)
            yield from self._spoken(self._short(window), window.location)
            yield Pause(RETURN_MS, window.location)

    def _change_of_side(self, window: Window) -> Iterator[Segment]:
        """In full the first time; in short once the listener has been on both sides."""
        if window.rep == 1 and (window.location.set_number or 1) == 1:
            text = self.exercise.changeover or ""
            yield from self.telling.phrase("other_side", location=window.location, side_name=self._side_name)
        else:
            text = "" if self._is_varied(window) else self._short(window)
            if "{side}" not in text or not self.telling.says("position"):
                side = self.telling.language.side(window.side or "left")
                yield from self.telling.phrase("back_to_side", location=window.location, side=side)
        if self.telling.says("position"):
            yield from self._spoken(text, window.location)
        yield Pause(round(self.exercise.changeover_seconds * 1000), window.location)

    def _variation(self, window: Window) -> Iterator[Segment]:
        variation = self.exercise.movement.variation
        if variation is not None:
            yield from self._spoken(variation.instruction, window.location)
            yield Pause(round(variation.settle_seconds * 1000), window.location)

    def _is_varied(self, window: Window) -> bool:
        return self.exercise.movement.variation is not None and self._reps > 1 and window.last_rep

    def _short(self, window: Window) -> str:
        """The short forms in turn, from the second repetition on."""
        forms = self.exercise.movement.short
        done_before = self._reps * ((window.location.set_number or 1) - 1)
        return forms[(done_before + window.rep - 2) % len(forms)]

    def _ready(self, window: Window) -> Iterator[Say | Pause]:
        """Which side and which repetition, then the moment before the chime."""
        yield from self._round(window)
        ready_ms = self.exercise.ready_seconds * 1000
        if ready_ms:
            yield from self.telling.spoken(self.telling.phrase_text("get_ready"), window.location)
        yield Pause(max(BEFORE_BEGIN_MS, ready_ms) - SENTENCE_PAUSE_MS, window.location)

    def _round(self, window: Window) -> Iterator[Say | Pause]:
        reps, words = self._reps, self.telling.language
        values = {"ordinal": words.ordinal(window.rep), "reps": words.number(reps)}
        if window.side:
            values |= {"side": words.side(window.side), "side_name": self._side_name}
        if reps == 1:
            name = "side" if window.side else None
        else:
            name = ("side_round" if window.side else "round") + ("_last" if window.last_rep else "")
        if name:
            yield from self.telling.spoken(self.telling.phrase_text(name, **values), window.location)

    # --- after the last hold -------------------------------------------------------------------

    def _ending(self, location: Location) -> Iterator[Segment]:
        if self.telling.says("release"):
            if self.exercise.release:
                yield from self._spoken(self.exercise.release, location)
            else:
                yield from self.telling.phrase("release", location=location)
        rest_ms = self.telling.options.rest_seconds_of(self.exercise) * 1000
        yield Pause(max(rest_ms // 2, PART_PAUSE_MS), location)
