"""What is said from one hold of an exercise to the next: in full, in short, the number alone, or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from voiceguide.options.session import is_timed_by_itself
from voiceguide.routine.model import Exercise
from voiceguide.script.context import ScriptContext
from voiceguide.script.prescription import PlannedHold
from voiceguide.script.segments import Form, Pause, Say, Words

# In a rest of its own length: the breath after coming out, the time to get in again, and the time to change sides.
REST_MS = 5000
RETURN_MS = 2500
CHANGEOVER_MS = 5000
# Between two sets, where nobody gave a length.
SET_REST_MS = 20_000
# Below this, a hold is shorter than the words around it would be: later changes say only the number or the side.
SHORT_HOLD_MS = 10_000
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
            yield from self.number_alone()
            return
        change = self.planned.change
        if change == "set":
            yield from self.coming_out()
            yield Pause(SET_REST_MS, self.planned.location)
            yield from self.set_announcement()
        elif change == "rep":
            yield from self.coming_out()
            yield Pause(REST_MS, self.planned.location)
        if self.planned.changes_side:
            yield from self.change_of_side()
            yield Pause(CHANGEOVER_MS, self.planned.location)
        if self.is_varied:
            yield from self.variation()
        elif self.planned.repeats_previous:
            yield from self.return_to_position()

    # --- in a given time -------------------------------------------------------------------------

    def forms(self, which: Words) -> tuple[Form, ...]:
        """Return what may be said in a rest of given length, from the fullest form to the shortest.

        Args:
            which: which side and repetition it is, and "Get ready".
        """
        alone = tuple(self.number_alone())
        sets = tuple(self.set_announcement()) if self.planned.change == "set" else ()
        if self.planned.changes_side:
            change = tuple(self.change_of_side())
            varied = tuple(self.variation()) if self.is_varied else ()
            out = tuple(self.coming_out()) if sets else ()
            forms = [
                Form((*out, *sets, *change, *varied), which, RETURN_MS),
                Form((*sets, *change, *varied), which),
                Form((*sets, *varied), which),
            ]
        else:
            out, back = tuple(self.coming_out()), self._back()
            without_move = tuple(part for part in back if isinstance(part, Say) or part.is_flexible)
            forms = [
                Form(out, (*sets, *back, *which), _QUIET_MS),
                Form(out, (*sets, *without_move, *which), _QUIET_MS),
                Form((), (*sets, *without_move, *which)),
            ]
        if self.is_counted_only:
            return (*forms[:2], Form((), alone))
        return (*forms, Form((), (*sets, *which)), Form((), sets or which), Form((), alone))

    def _back(self) -> Words:
        return tuple(self.variation() if self.is_varied else self.return_to_position())

    # --- the parts -------------------------------------------------------------------------------

    def coming_out(self) -> Iterator[Say | Pause]:
        """Yield how to come out, in the routine's words where it has some: general words leave people where they are."""
        if not self.context.includes("rest"):
            return
        transitions = self.exercise.transition
        turn = self.context.next_variant(f"transition {self.exercise.id}")
        text = transitions[turn % len(transitions)] if transitions else self.context.phrase_text("rest")
        before = replace(self.planned.location, side=self.planned.side_before)
        filled = self.context.fill_placeholders(text, before.side)
        yield from self.context.spoken(filled, before, "transition", is_authored=bool(transitions))

    def return_to_position(self) -> Iterator[Say | Pause]:
        """Yield the instruction in short, and the time to get into position again."""
        text = self._short_instruction
        if text and self.context.includes("position"):
            filled = self.context.fill_placeholders(text, self.planned.side)
            yield from self.context.spoken(filled, self.planned.location, "instruction")
            yield Pause(RETURN_MS, self.planned.location)

    def change_of_side(self) -> Iterator[Say | Pause]:
        """Yield the change in full the first time; in short once the listener has been on both sides."""
        planned, context = self.planned, self.context
        is_first_time = planned.rep == 1 and planned.set_number == 1
        if is_first_time or self._comes_in_turn:
            text = self.exercise.changeover or ""
            name = self.exercise.side_name or context.language.side_name
            yield from context.phrase("other_side", location=planned.location, side_name=name)
        else:
            text = "" if self.is_varied else self._short_instruction
            if "{side}" not in text or not context.includes("position"):
                side = context.language.side(planned.side or "left")
                yield from context.phrase("back_to_side", location=planned.location, side=side)
        if text and context.includes("position"):
            filled = context.fill_placeholders(text, planned.side)
            yield from context.spoken(filled, planned.location, "instruction")

    @property
    def _comes_in_turn(self) -> bool:
        """Whether this is the only change of side: all sets of one side came first."""
        return self.exercise.is_counted and self.exercise.side_order == "in-turn"

    def variation(self) -> Iterator[Say | Pause]:
        """Yield how the last repetition differs, and the time to do so."""
        variation = self.exercise.movement.variation
        if variation is not None:
            filled = self.context.fill_placeholders(variation.instruction, self.planned.side)
            yield from self.context.spoken(filled, self.planned.location, "instruction")
            yield Pause(round(variation.settle_seconds * 1000), self.planned.location)

    @property
    def _short_instruction(self) -> str:
        """The short forms in turn, from the second repetition on."""
        forms = self.exercise.movement.short
        if not forms:
            return next(iter(self.exercise.movement.instructions), "")
        done = self.planned.reps * (self.planned.set_number - 1) + self.planned.rep
        return forms[max(done - 2, 0) % len(forms)]

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
        values = {"ordinal": words.ordinal(planned.rep), "reps": words.number(planned.reps)}
        if planned.side:
            name = self.exercise.side_name or words.side_name
            values |= {"side": words.side(planned.side), "side_name": name}
        if planned.reps > 1:
            phrase = ("side_round" if planned.side else "round") + ("_last" if planned.is_last_rep else "")
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
        number = planned.set_number if planned.change == "set" or planned.reps == 1 else planned.rep
        is_new = planned.change in ("rep", "set") or (planned.changes_side and self._starts_a_repetition)
        values = {"side": side, "n": words.number(number)}
        if planned.changes_side and side:
            name = "side_number" if is_new and number > 1 else "side_alone"
        elif planned.reps > 1 or planned.location.set_number:
            name = "number"
        else:
            return
        yield from self.context.phrase(name, location=planned.location, role="count", **values)

    @property
    def _starts_a_repetition(self) -> bool:
        sides = self.context.options.holds_by_side(self.exercise)
        return self.exercise.side_order == "alternating" and self.planned.side == sides[0][0]
