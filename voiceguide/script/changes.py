"""What is said from one hold of an exercise to the next: in full, in short, the number alone, or nothing.

A body under load does not wait: how to come out is said at once, then there is time, and last, just before the begin
chime, comes the sentence that moves the listener into the stretch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from voiceguide.options.session import is_timed_by_itself
from voiceguide.routine.model import Exercise
from voiceguide.script.context import ScriptContext
from voiceguide.script.prescription import PlannedHold
from voiceguide.script.segments import Form, Pause, Say, Words

# In a rest of its own length: the time to breathe, or to change sides, once it was said how to come out; and the same
# where nothing is said, so that it begins with the release chime.
REST_MS = 7000
_UNTOLD_REST_MS = 2500
# The same in brief guidance, where how to come out was said in that time.
_BRIEF_REST_MS = 1500
# Between two sets, where nobody gave a length.
SET_REST_MS = 20_000
# Below this, a hold is shorter than the words around it would be: later changes say only the number or the side.
SHORT_HOLD_MS = 10_000
# The phrases for one repetition and the last one, by whether they are in the rounds of a group, which are called so,
# and whether there are sides.
_REPETITION = {
    (False, False): ("round", "round_last"),
    (False, True): ("side_round", "side_round_last"),
    (True, False): ("rep", "rep_last"),
    (True, True): ("side_rep", "side_rep_last"),
}
# The least quiet between the words at the beginning of a rest and those at its end.
_QUIET_MS = 3000


@dataclass(frozen=True)
class Changes:
    """The words before one hold of an exercise."""

    context: ScriptContext
    exercise: Exercise
    planned: PlannedHold

    @property
    def is_varied(self) -> bool:
        """Whether this is the last of several repetitions, and has its change."""
        planned = self.planned
        return self.exercise.movement.variation is not None and planned.reps > 1 and planned.is_last_rep

    @property
    def is_counted_only(self) -> bool:
        """Whether only the number or the side is said, since the hold is short and the listener knows the way."""
        planned = self.planned
        is_short = planned.duration_ms < SHORT_HOLD_MS and not is_timed_by_itself(self.exercise)
        knows_the_way = planned.rep + planned.set_number > 3 or (planned.rep == 2 and self._sides > 1)
        return is_short and knows_the_way and planned.change in ("rep", "side") and not self.is_varied

    @property
    def _sides(self) -> int:
        return len(self.context.options.holds_by_side(self.exercise))

    # --- as long as the words need ---------------------------------------------------------------

    def unhurried(self) -> Iterator[Say | Pause]:
        """Yield what comes between two holds where the rest lasts as long as its words, and a breath."""
        if self.is_counted_only:
            if self.exercise.transition:
                yield from self._coming_out()
            yield from self.number_alone()
            return
        out = self._out()
        yield from out
        if not any(isinstance(part, Pause) and part.is_exact for part in out):
            yield Pause(self._rest_ms(is_told=bool(out)), self.planned.location)
        if self.planned.change == "set":
            yield from self.set_announcement()
        yield from self.which()
        yield from self.go()

    def _rest_ms(self, *, is_told: bool) -> int:
        """Return how long to breathe, or to change sides, where the texts do not say it."""
        if self.planned.change == "set":
            return SET_REST_MS
        if not is_told:
            return _UNTOLD_REST_MS
        is_brief = not (self._moves_over or self.context.includes("rest"))
        return _BRIEF_REST_MS if is_brief else REST_MS

    # --- in a given time -------------------------------------------------------------------------

    def forms(self, ready: Words) -> tuple[Form, ...]:
        """Return what may be said in a rest of given length, from the fullest form to the shortest.

        Args:
            ready: "Get ready", where it is said.
        """
        alone = tuple(self.number_alone())
        out, go = tuple(self._out()), (*self.go(), *ready)
        sets = tuple(self.set_announcement()) if self.planned.change == "set" else ()
        which = tuple(self.which())
        forms = (Form(out, (*sets, *which, *go), _QUIET_MS), Form(out, (*sets, *which, *go)))
        if self.is_counted_only:
            return (*forms, Form((), alone))
        return (
            *forms,
            Form((), (*sets, *which, *go)),
            Form((), (*sets, *which, *ready)),
            Form((), sets or which),
            Form((), alone),
        )

    # --- the parts -------------------------------------------------------------------------------

    def _out(self) -> Words:
        """Return how to come out, or over to the other side: all that is said before the time to do so."""
        if not self._moves_over:
            return tuple(self._coming_out())
        before, _ = self._split_way_in
        if before or self.exercise.transition:
            before = before or tuple(self._coming_out())
        return before or tuple(self._other_side())

    def _coming_out(self) -> Iterator[Say | Pause]:
        """Yield how to come out, in the routine's words where it has some: general words leave people where they are."""
        if not self._says_how_to_come_out:
            return
        transitions = self.exercise.transition
        turn = self.context.next_variant(f"transition {self.exercise.id}")
        text = transitions[turn % len(transitions)] if transitions else self.context.phrase_text("rest")
        before = replace(self.planned.location, side=self.planned.side_before)
        filled = self.context.fill_placeholders(text, before.side)
        yield from self.context.spoken(filled, before, "transition", is_authored=bool(transitions))

    @property
    def _says_how_to_come_out(self) -> bool:
        """Brief guidance says it once in an exercise, and where nothing else is said between short holds."""
        if self.context.includes("rest"):
            return True
        is_asked = self.planned.number == 1 or self.is_counted_only
        return is_asked and bool(self.exercise.transition) and self.context.includes("way_out")

    def _other_side(self) -> Iterator[Say | Pause]:
        """Yield that the side changes, where nothing else says so before the time to do it."""
        if self.context.includes("rest") or (self._is_first_over and self.context.includes("other_side")):
            name = self.exercise.side_name or self.context.language.side_name
            location = self.planned.location
            yield from self.context.phrase("other_side", location=location, role="transition", side_name=name)
            yield from self._time_to_change()

    def _time_to_change(self) -> Iterator[Pause]:
        """Yield the silence that the author's words for the change of side have, if any."""
        parts = self.context.spoken(self.exercise.changeover or "", self.planned.location)
        yield from (part for part in parts if isinstance(part, Pause) and part.is_exact)

    def go(self) -> Iterator[Say | Pause]:
        """Yield the words that move the listener into the stretch, which come last."""
        _, last = self._split_way_in
        yield from last
        variation = self.exercise.movement.variation
        if self.is_varied and variation and variation.settle_seconds:
            yield Pause(round(variation.settle_seconds * 1000), self.planned.location)

    @cached_property
    def _split_way_in(self) -> tuple[Words, Words]:
        """Return the way into the hold, before the time to move and after it.

        All sentences of a changeover but the last say how to get over; the last one is said when that is done.
        """
        text = self._way_in
        if not text:
            return (), ()
        filled = self.context.fill_placeholders(text, self.planned.side)
        words = tuple(self.context.spoken(filled, self.planned.location, "instruction"))
        if not (self._moves_over and text == self.exercise.changeover):
            return (), words
        last = max(place for place, part in enumerate(words) if isinstance(part, Say))
        return words[:last], words[last:]

    @property
    def _moves_over(self) -> bool:
        """Whether the listener goes from one side to the other, without a rest between two sets."""
        return self.planned.changes_side and self.planned.change != "set"

    @property
    def _way_in(self) -> str:
        """The text that leads into this hold: how it differs, over to the other side, or back in."""
        planned, context = self.planned, self.context
        variation = self.exercise.movement.variation
        if self.is_varied and variation is not None:
            return variation.instruction
        if not context.includes("position"):
            return ""
        is_over = planned.changes_side and (self._is_first_over or self._comes_in_turn)
        return (is_over and self.exercise.changeover) or self._short_instruction

    @property
    def _is_first_over(self) -> bool:
        """Whether the listener has not been on this side before."""
        return self.planned.rep == 1 and self.planned.set_number == 1

    @property
    def _comes_in_turn(self) -> bool:
        """Whether this is the only change of side: all sets of one side came first."""
        return self.exercise.is_counted and self.exercise.side_order == "in-turn"

    @property
    def _short_instruction(self) -> str:
        """The short forms in turn, the first of them for the second repetition."""
        forms = self.exercise.movement.short
        if not forms:
            return next(iter(self.exercise.movement.instructions), "")
        done = self.planned.reps * (self.planned.set_number - 1) + self.planned.rep
        return forms[max(done - self._heard_before, 0) % len(forms)]

    @property
    def _heard_before(self) -> int:
        """How many repetitions were led in by other words than the short forms."""
        return 2 if self.context.includes("instruction") else 1

    def set_announcement(self) -> Iterator[Say | Pause]:
        """Yield which set begins, how many are counted in it where sets differ, and what its author says about it."""
        number, words = self.planned.location.set_number, self.context.language
        if number is None or self.planned.rep > 1:
            return
        values = {"n": words.number(number), "total": words.number(self.planned.sets)}
        if self.planned.change != "side":
            yield from self.context.phrase("set", location=self.planned.location, role="count", **values)
        numbers = self.context.options.numbers_of(self.exercise) if self.exercise.is_counted else ()
        if len(set(numbers)) > 1:
            reps = words.quantity("repetition", numbers[min(number, len(numbers)) - 1])
            yield from self.context.phrase(
                "count_reps", location=self.planned.location, role="length", reps=reps
            )
        if number <= len(self.exercise.set_texts) and self.planned.change != "side":
            text = self.context.fill_placeholders(self.exercise.set_texts[number - 1], self.planned.side)
            yield from self.context.spoken(text, self.planned.location, "count")

    def which(self) -> Iterator[Say | Pause]:
        """Yield which side and which repetition, and how long it lasts where that differs."""
        planned, words = self.planned, self.context.language
        values = {
            "n": words.number(planned.rep),
            "ordinal": words.ordinal(planned.rep),
            "reps": words.number(planned.reps),
        }
        if planned.side:
            name = self.exercise.side_name or words.side_name
            values |= {"side": words.side(planned.side), "side_name": name}
        if planned.reps > 1:
            phrase = _REPETITION[planned.is_in_rounds, planned.side is not None][planned.is_last_rep]
        else:
            phrase = "side" if planned.side and self.exercise.sides != "group" else ""
        if phrase:
            yield from self.context.phrase(phrase, location=planned.location, role="count", **values)
        if isinstance(self.exercise.hold_seconds, tuple):
            lasting = words.duration(planned.duration_ms / 1000)
            yield from self.context.phrase("rung", location=planned.location, role="length", hold=lasting)

    def number_alone(self) -> Iterator[Say | Pause]:
        """Yield as little as tells where the listener is: the side, or the number of the set or repetition."""
        planned, words = self.planned, self.context.language
        side = words.side(planned.side) if planned.side and self.exercise.sides != "group" else ""
        number = planned.set_number if self._is_known_by_its_set else planned.rep
        is_new = planned.change in ("rep", "set") or (planned.changes_side and self._starts_a_repetition)
        values = {"side": side, "n": words.number(number), "ordinal": words.ordinal(number)}
        if planned.changes_side and side:
            name, kind = ("side_number", self._number_kind) if is_new and number > 1 else ("side_alone", None)
        elif planned.reps > 1 or planned.location.set_number:
            name, kind = "number_alone", self._number_kind
        else:
            return
        yield from self.context.phrase(name, kind, planned.location, "count", **values)

    @property
    def _is_known_by_its_set(self) -> bool:
        return self.planned.change == "set" or self.planned.reps == 1

    @property
    def _number_kind(self) -> str:
        """What is counted: sets, rounds, or repetitions in the rounds of a group; a mere number would be a countdown."""
        if self._is_known_by_its_set:
            return "set"
        if self.planned.is_last_rep:
            return "last"
        return "rep" if self.planned.is_in_rounds else "round"

    @property
    def _starts_a_repetition(self) -> bool:
        sides = self.context.options.holds_by_side(self.exercise)
        return self.exercise.side_order == "alternating" and self.planned.side == sides[0][0]
