"""The section of one exercise.

The order is always: name, how to get into position, time to do so, what to do, which side and repetition,
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
from voiceguide.script.cues import calls_fill_the_hold, has_room_for_calls, hold_cues
from voiceguide.script.segments import Hold, Location, Pause, Say, Segment

# Time to settle, and just longer than the encoder remembers: so the begin chime is one block in all holds.
BEFORE_BEGIN_MS = 2550
AFTER_RELEASE_MS = 700
# Between the short instruction and the next repetition: the time to get into position again.
RETURN_MS = 2500

_OTHER_SIDE: dict[Side, Side] = {"left": "right", "right": "left"}


@dataclass(frozen=True)
class PlannedHold:
    """One hold of an exercise, before its cues are known.

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
        return _OTHER_SIDE[self.side] if self.side and self.changes_side else self.side

    @property
    def rep(self) -> int:
        """The repetition, from 1, in its set."""
        return self.location.rep or 1

    @property
    def repeats_previous(self) -> bool:
        """Whether it repeats the hold before it on the same side."""
        return self.number > 0 and not self.changes_side


@dataclass(frozen=True)
class ExerciseSection:
    """Writes the section of one exercise."""

    context: ScriptContext
    exercise: Exercise
    index: int

    @property
    def holds(self) -> tuple[PlannedHold, ...]:
        """Every hold of the exercise in the order in which it is done."""
        reps, sets = self._reps, range(1, self.exercise.sets + 1)
        order = [(number, rep, side) for number, (rep, side) in product(sets, self._order_in_a_set())]
        before = [None, *order[:-1]]
        return tuple(
            PlannedHold(
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
        """Yield everything from the announcement to the release."""
        holds = self.holds
        yield from self._announcement()
        yield from self._getting_there(holds[0])
        for planned in holds:
            yield from self._hold(planned)
            yield Pause(AFTER_RELEASE_MS, planned.location)
        yield from self._ending(holds[-1].location)

    def dropped(self) -> Iterator[tuple[str, str]]:
        """Yield the texts for which the options leave no place, and why."""
        variation = self.exercise.movement.variation
        if variation and self._reps == 1:
            text = self.context.fill_placeholders(variation.instruction, self._sides()[0])
            yield text, "the change comes on the last of several repetitions, and there is only one"

    @property
    def _reps(self) -> int:
        return self.context.options.reps_of(self.exercise)

    def _order_in_a_set(self) -> list[tuple[int, Side | None]]:
        reps = range(1, self._reps + 1)
        if self.exercise.sides == "none":
            return [(rep, None) for rep in reps]
        if self.exercise.side_order == "alternating":
            return [(rep, side) for rep in reps for side in self._sides()]
        return [(rep, side) for side in self._sides() for rep in reps]

    def _sides(self) -> tuple[Side, Side]:
        return ("left", "right") if self.context.options.first_side == "left" else ("right", "left")

    @property
    def _side_name(self) -> str:
        return self.exercise.side_name or self.context.language.side_name

    def _spoken(self, text: str, location: Location) -> Iterator[Say | Pause]:
        return self.context.spoken(self.context.fill_placeholders(text, location.side), location)

    # --- before the first hold -----------------------------------------------------------------

    def _announcement(self) -> Iterator[Segment]:
        context, total = self.context, len(self.context.exercises)
        is_last = self.index == total - 1
        name = "announce_single" if total == 1 else "announce_first" if self.index == 0 else "announce"
        yield from context.phrase(
            "announce_last" if is_last and total > 1 else name,
            location=Location(self.exercise.id),
            n=context.language.number(self.index + 1),
            total=context.language.number(total),
            name=(self.exercise.spoken_name or self._inside_a_sentence(total)).rstrip(".!?"),
        )

    def _inside_a_sentence(self, total: int) -> str:
        name = self.exercise.name
        return name if total == 1 else self.context.language.inside_sentence(name)

    def _getting_there(self, first: PlannedHold) -> Iterator[Segment]:
        location = Location(self.exercise.id, None, first.side)
        if self.context.includes("position"):
            yield from self._spoken(self.exercise.position, location)
        yield Pause(round(self.exercise.settle_seconds * 1000), location)

    def _instruction(self, planned: PlannedHold) -> Iterator[Segment]:
        movement = self.exercise.movement
        if not self.context.includes("position"):
            return
        texts = (
            [phase.instruction for phase in movement.phases]
            if isinstance(movement, Flow)
            else [movement.instruction]
        )
        for text in texts:
            yield from self._spoken(text, planned.location)
        if self.context.includes("duration"):
            lasting = self.context.duration_phrase(self.exercise)
            yield from self.context.phrase("duration", self._duration_kind(), planned.location, hold=lasting)
        elif isinstance(movement, Flow) and not self.exercise.breath:
            yield from self.context.phrase("flow_on", "two" if len(texts) == 2 else "many", planned.location)
        if self.exercise.breath:
            yield from self.context.phrase("breath_begin", location=planned.location)

    def _duration_kind(self) -> str:
        movement = self.exercise.movement
        if not isinstance(movement, Flow):
            return "quiet" if self.exercise.quiet and movement.kind == "work" else movement.kind
        if self.exercise.breath:
            return "flow_breath"
        hold_ms = self.context.options.hold_seconds_of(self.exercise) * 1000
        many = "" if len(movement.phases) == 2 else "_many"
        if not has_room_for_calls(movement, hold_ms):
            return f"flow_short{many}"
        return "flow_called" if calls_fill_the_hold(movement, hold_ms) else f"flow{many}"

    # --- from one hold to the next -------------------------------------------------------------

    def _hold(self, planned: PlannedHold) -> Iterator[Segment]:
        """Yield one hold with everything that comes before it."""
        hold = Hold(
            duration_ms=self.context.options.hold_seconds_of(self.exercise) * 1000,
            cues=tuple(hold_cues(self.context, self.exercise, planned.location, planned.number)),
            location=planned.location,
        )
        if self._rest_is_timed(planned):
            yield replace(
                hold,
                since_release_ms=self._rest_ms(planned),
                rest=tuple(self._rest_words(planned)),
                lead_ins=tuple(self._lead_ins(planned)),
            )
        else:
            yield from self._approach(planned)
            yield from self._get_ready(planned)
            yield hold

    def _lead_ins(self, planned: PlannedHold) -> Iterator[tuple[Say | Pause, ...]]:
        """Yield the lead-ins that may end a timed rest, the fullest first."""
        ready = tuple(self._get_ready(planned))
        short = tuple(self._return_to_position(planned))
        yield (*short, *ready)
        yield (*short[:-1], *ready)  # without the time to move: the position is the same
        yield ready

    def _rest_is_timed(self, planned: PlannedHold) -> bool:
        """Return whether the rest has an exact length, as in work; elsewhere it is the quiet time after the words."""
        return (
            self.exercise.movement.kind == "work"
            and planned.repeats_previous
            and not self._is_varied(planned)
        )

    def _approach(self, planned: PlannedHold) -> Iterator[Segment]:
        """Yield what comes between two holds: rest, change of side, instruction."""
        if planned.changes_set:
            yield from self._rest(planned)
            yield from self._set_number(planned)
        if planned.changes_side:
            yield from self._change_of_side(planned)
        elif planned.number and not planned.changes_set:
            yield from self._rest(planned)
        if self._is_varied(planned):
            yield from self._variation(planned)
        elif planned.number == 0:
            yield from self._set_number(planned)
            yield from self._instruction(planned)
        elif planned.repeats_previous:
            yield from self._return_to_position(planned)

    def _rest(self, planned: PlannedHold) -> Iterator[Segment]:
        yield from self._rest_words(planned)
        yield Pause(self._rest_ms(planned), planned.location)

    def _rest_words(self, planned: PlannedHold) -> Iterator[Say | Pause]:
        """Yield how to come out, in the routine's words where it has some: general words leave people where they are."""
        transitions = self.exercise.transition
        if self.context.includes("rest"):
            turn = self.context.next_variant(f"transition {self.exercise.id}")
            text = transitions[turn % len(transitions)] if transitions else self.context.phrase_text("rest")
            yield from self._spoken(text, replace(planned.location, side=planned.side_before))

    def _rest_ms(self, planned: PlannedHold) -> int:
        if planned.changes_set:
            return self.exercise.set_rest_seconds * 1000
        return self.context.options.rest_seconds_of(self.exercise) * 1000

    def _set_number(self, planned: PlannedHold) -> Iterator[Say | Pause]:
        number, words = planned.location.set_number, self.context.language
        if number is not None:
            values = {"n": words.number(number), "total": words.number(self.exercise.sets)}
            yield from self.context.spoken(self.context.phrase_text("set", **values), planned.location)

    def _return_to_position(self, planned: PlannedHold) -> Iterator[Say | Pause]:
        """Yield the instruction in short, and the time to get into position again."""
        if self.context.includes("position"):
            if self._rest_is_timed(planned) and planned.changes_set:
                yield from self._set_number(planned)
            yield from self._spoken(self._short_instruction(planned), planned.location)
            yield Pause(RETURN_MS, planned.location)

    def _change_of_side(self, planned: PlannedHold) -> Iterator[Segment]:
        """Yield the change in full the first time; in short once the listener has been on both sides."""
        if planned.rep == 1 and (planned.location.set_number or 1) == 1:
            text = self.exercise.changeover or ""
            yield from self.context.phrase("other_side", location=planned.location, side_name=self._side_name)
        else:
            text = "" if self._is_varied(planned) else self._short_instruction(planned)
            if "{side}" not in text or not self.context.includes("position"):
                side = self.context.language.side(planned.side or "left")
                yield from self.context.phrase("back_to_side", location=planned.location, side=side)
        if self.context.includes("position"):
            yield from self._spoken(text, planned.location)
        yield Pause(round(self.exercise.changeover_seconds * 1000), planned.location)

    def _variation(self, planned: PlannedHold) -> Iterator[Segment]:
        variation = self.exercise.movement.variation
        if variation is not None:
            yield from self._spoken(variation.instruction, planned.location)
            yield Pause(round(variation.settle_seconds * 1000), planned.location)

    def _is_varied(self, planned: PlannedHold) -> bool:
        return self.exercise.movement.variation is not None and self._reps > 1 and planned.last_rep

    def _short_instruction(self, planned: PlannedHold) -> str:
        """Return the short forms in turn, from the second repetition on."""
        forms = self.exercise.movement.short
        done_before = self._reps * ((planned.location.set_number or 1) - 1)
        return forms[(done_before + planned.rep - 2) % len(forms)]

    def _get_ready(self, planned: PlannedHold) -> Iterator[Say | Pause]:
        """Yield which side and which repetition, then the moment before the chime."""
        yield from self._side_and_rep(planned)
        ready_ms = self.exercise.ready_seconds * 1000
        if ready_ms:
            yield from self.context.spoken(self.context.phrase_text("get_ready"), planned.location)
        yield Pause(max(BEFORE_BEGIN_MS, ready_ms) - SENTENCE_PAUSE_MS, planned.location)

    def _side_and_rep(self, planned: PlannedHold) -> Iterator[Say | Pause]:
        reps, words = self._reps, self.context.language
        values = {"ordinal": words.ordinal(planned.rep), "reps": words.number(reps)}
        if planned.side:
            values |= {"side": words.side(planned.side), "side_name": self._side_name}
        if reps == 1:
            name = "side" if planned.side else None
        else:
            name = ("side_round" if planned.side else "round") + ("_last" if planned.last_rep else "")
        if name:
            yield from self.context.spoken(self.context.phrase_text(name, **values), planned.location)

    # --- after the last hold -------------------------------------------------------------------

    def _ending(self, location: Location) -> Iterator[Segment]:
        if self.context.includes("release"):
            if self.exercise.release:
                yield from self._spoken(self.exercise.release, location)
            else:
                yield from self.context.phrase("release", location=location)
        rest_ms = self.context.options.rest_seconds_of(self.exercise) * 1000
        yield Pause(max(rest_ms // 2, PART_PAUSE_MS), location)
