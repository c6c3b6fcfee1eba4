"""The section of one exercise.

The order is always: name, how to get into position, time to do so, which side and repetition, how long, what to do,
the hold. So the listener knows what is coming before it comes, and what moves into the stretch comes last: a body
under load does not wait.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from voiceguide.options.session import is_timed_by_itself
from voiceguide.routine.model import Exercise
from voiceguide.routine.movements import Flow
from voiceguide.script.changes import Changes
from voiceguide.script.context import PART_PAUSE_MS, SENTENCE_PAUSE_MS, ScriptContext
from voiceguide.script.cues import calls_fill_the_hold, has_room_for_calls, hold_cues, rings_ms
from voiceguide.script.prescription import Bout, PlannedHold
from voiceguide.script.segments import (
    AFTER_RELEASE_MS,
    BEFORE_BEGIN_MS,
    Form,
    Hold,
    Location,
    Pause,
    Say,
    Segment,
    TimedRest,
)

# Movements whose calls are announced, also where their length is known.
FLOW_KINDS = frozenset({"flow", "flow_many", "flow_called", "flow_short", "flow_short_many", "flow_breath"})


@dataclass(frozen=True)
class ExerciseSection:
    """Writes the section of one exercise.

    Attributes:
        bout: the exercise in its place.
        before: the exercise before it.
        is_followed_at_once: whether the rest after it has a given length, which the next section fills.
        is_length_known: whether the overview has said how long each hold is.
    """

    context: ScriptContext
    bout: Bout
    before: Bout | None = None
    is_followed_at_once: bool = False
    is_length_known: bool = False

    @property
    def exercise(self) -> Exercise:
        """What is done."""
        return self.bout.exercise

    @property
    def title(self) -> str:
        """The title of the chapter: the name, and which round or side it is where it comes again."""
        bout, language = self.bout, self.context.language
        parts = [self.exercise.name]
        if bout.group and bout.group.rounds > 1:
            parts.append(language.text("chapter_round", n=bout.round_number, total=bout.group.rounds))
        if bout.group_side:
            parts.append(language.text("chapter_side", side=language.side(bout.group_side)))
        return " · ".join(parts)

    def segments(self) -> Iterator[Segment]:
        """Yield everything from the announcement to the release."""
        first, *others = self.bout.holds
        if first.rest_ms is None:
            yield from self._approach()
            yield from self._begun(first)
        else:
            yield self._timed(first, first.rest_ms, self._forms_of_the_first())
        for planned in others:
            changes = Changes(self.context, self.exercise, planned)
            if planned.rest_ms is None:
                yield Pause(AFTER_RELEASE_MS, planned.location)
                yield from changes.unhurried()
                yield from self._begun(planned)
            else:
                yield self._timed(planned, planned.rest_ms, changes.forms(tuple(self._ready(planned))))
        if not self.is_followed_at_once:
            yield Pause(AFTER_RELEASE_MS, self.bout.holds[-1].location)
            yield from self._ending(self.bout.holds[-1].location)

    def dropped(self) -> Iterator[tuple[str, str]]:
        """Yield the texts for which the options leave no place, and why."""
        variation = self.exercise.movement.variation
        if variation and not any(
            Changes(self.context, self.exercise, hold).is_varied for hold in self.bout.holds
        ):
            text = self.context.fill_placeholders(variation.instruction, self.bout.holds[0].side or "left")
            yield text, "the change comes on the last of several repetitions, and there is only one"

    # --- before the first hold -----------------------------------------------------------------

    def _approach(self) -> Iterator[Segment]:
        """Yield the way into the first hold where nobody limits its time."""
        first = self.bout.holds[0]
        yield from self._round()
        yield from self._announcement()
        yield from self._getting_there(first)
        changes = Changes(self.context, self.exercise, first)
        yield from changes.set_announcement()
        yield from changes.which()
        yield from self._length(first)
        yield from self._way_in(first)

    def _forms_of_the_first(self) -> tuple[Form, ...]:
        """Return how the way into the first hold may be told where its rest has a given length."""
        first = self.bout.holds[0]
        changes = Changes(self.context, self.exercise, first)
        location = Location(self.exercise.id, side=first.side)
        release = tuple(self._release_of(self.before))
        called = (*self._round(), *self._announcement_in_short())
        position = tuple(self._position(location)) if not self.bout.is_repeated else ()
        told, ready = tuple(self._way_in(first)), tuple(self._ready(first))
        sets, which = tuple(changes.set_announcement()), tuple(changes.which())
        last = (*which, *told, *ready)
        settle_ms = round(self.exercise.settle_seconds * 1000) if position else 2000
        return (
            Form((*release, *called, *position), (*sets, *last), settle_ms),
            Form((*called, *position), (*sets, *last), min(settle_ms, 2000)),
            Form(called, last, 1000),
            Form(called, (*which, *ready)),
            Form(called, tuple(changes.number_alone())),
            Form((), called),
            Form((), tuple(self._name_alone())),
            Form((), tuple(changes.number_alone())),
        )

    def _release_of(self, bout: Bout | None) -> Iterator[Say | Pause]:
        """Yield how to come out of an exercise, where its author says so."""
        if bout and bout.exercise.release and self.context.includes("release"):
            last = bout.holds[-1]
            text = self.context.fill_placeholders(bout.exercise.release, last.side or bout.group_side)
            yield from self.context.spoken(text, last.location, "transition")

    def _round(self) -> Iterator[Say | Pause]:
        """Yield which round of a group begins, and what its author says about it."""
        group, number = self.bout.group, self.bout.round_number
        if group is None or not self.bout.is_first_of_round:
            return
        location = Location(self.exercise.id)
        words = self.context.language
        if group.rounds > 1 and not self.bout.is_second_side:
            values = {"n": words.number(number), "total": words.number(group.rounds)}
            yield from self.context.phrase("group_round", location=location, role="count", **values)
        if number <= len(group.round_texts) and not self.bout.is_second_side:
            yield from self.context.spoken(group.round_texts[number - 1], location, "count")
        if self.bout.group_side:
            side = words.side(self.bout.group_side)
            kind = "other" if self.bout.is_second_side else "first"
            yield from self.context.phrase("group_side", kind, location, "count", side=side)

    def _announcement(self) -> Iterator[Segment]:
        if self.bout.is_repeated:
            yield from self._announcement_in_short()
            return
        context, total = self.context, len(self.context.exercises)
        index = self.bout.index
        if total == 1:
            name = "announce_single"
        elif not context.includes("instruction"):
            name = "announce_short"
        elif index == 0:
            name = "announce_first"
        else:
            name = "announce_last" if index == total - 1 else "announce"
        yield from context.phrase(
            name,
            location=Location(self.exercise.id),
            role="overview",
            n=context.language.number(index + 1),
            total=context.language.number(total),
            name=self._spoken_name,
        )

    def _announcement_in_short(self) -> Iterator[Say | Pause]:
        yield from self.context.phrase(
            "announce_next", location=Location(self.exercise.id), role="overview", name=self._spoken_name
        )

    def _name_alone(self) -> Iterator[Say | Pause]:
        yield from self.context.phrase(
            "announce_single", location=Location(self.exercise.id), role="overview", name=self._spoken_name
        )

    @property
    def _spoken_name(self) -> str:
        name = self.exercise.name
        if len(self.context.exercises) > 1:
            name = self.context.language.inside_sentence(name)
        return (self.exercise.spoken_name or name).rstrip(".!?")

    def _getting_there(self, first: PlannedHold) -> Iterator[Segment]:
        """Yield how to get into position, and the time to do so.

        Of several steps, the first takes its half of the time before the next is told; an author's own pauses stand.
        """
        location = Location(self.exercise.id, None, first.side)
        settle_ms = round(self.exercise.settle_seconds * 1000)
        said = tuple(self._position(location))
        sentences = [place for place, part in enumerate(said) if isinstance(part, Say)]
        is_paced = any(isinstance(part, Pause) and part.is_exact for part in said)
        if len(sentences) > 1 and not is_paced:
            yield from said[: sentences[1]]
            yield Pause(settle_ms // 2, location)
            said, settle_ms = said[sentences[1] :], settle_ms - settle_ms // 2
        yield from said
        yield Pause(settle_ms, location)

    def _position(self, location: Location) -> Iterator[Say | Pause]:
        exercise, context = self.exercise, self.context
        text = exercise.position if context.includes("instruction") else exercise.brief
        if text and context.includes("position"):
            yield from context.spoken(context.fill_placeholders(text, location.side), location, "position")

    def _way_in(self, planned: PlannedHold) -> Iterator[Say | Pause]:
        """Yield what moves the listener into the first hold: the instruction, or its short form."""
        context, movement = self.context, self.exercise.movement
        changes = Changes(context, self.exercise, planned)
        if self.bout.is_repeated or changes.is_varied or not context.includes("instruction"):
            said = tuple(changes.go())
        else:
            texts = (context.fill_placeholders(text, planned.side) for text in movement.instructions)
            said = tuple(chain.from_iterable(context.spoken(text, planned.location) for text in texts))
        if not said and context.includes("position"):
            said = tuple(context.phrase("go", location=planned.location))
        yield from said
        if self.exercise.breath and context.includes("position"):
            yield from context.phrase("breath_begin", location=planned.location)

    def _length(self, planned: PlannedHold) -> Iterator[Say | Pause]:
        """Yield how long it lasts, unless the overview has said so; and for a flow, who leads it."""
        movement, location = self.exercise.movement, planned.location
        is_shaped = movement.kind == "steps" or isinstance(self.exercise.hold_seconds, tuple)
        if is_shaped or self.bout.is_repeated or not self.context.includes("duration"):
            return
        if movement.kind == "count":
            yield from self._count_length(planned)
            return
        name = "led" if self.is_length_known else "duration"
        kind = self._duration_kind()
        if name == "duration" or kind in FLOW_KINDS:
            lasting = self.context.duration_phrase(self.exercise)
            yield from self.context.phrase(name, kind, location, "length", hold=lasting)

    def _count_length(self, planned: PlannedHold) -> Iterator[Say | Pause]:
        numbers = self.context.options.numbers_of(self.exercise)
        if len(set(numbers)) == 1:
            reps = self.context.language.quantity("repetition", numbers[0])
            yield from self.context.phrase("duration", "count", planned.location, "length", hold=reps)

    def _duration_kind(self) -> str:
        movement = self.exercise.movement
        if not isinstance(movement, Flow):
            return "quiet" if self.exercise.quiet and movement.kind == "work" else movement.kind
        if self.exercise.breath:
            return "flow_breath"
        hold_ms = self.bout.holds[0].duration_ms
        many = "" if len(movement.phases) == 2 else "_many"
        if not has_room_for_calls(movement, hold_ms):
            return f"flow_short{many}"
        return "flow_called" if calls_fill_the_hold(movement, hold_ms) else f"flow{many}"

    # --- the holds -----------------------------------------------------------------------------

    def _begun(self, planned: PlannedHold) -> Iterator[Segment]:
        """Yield "Get ready" where it is said, and the hold, where the rest lasts as long as its words."""
        yield from self._ready(planned)
        yield Pause(max(BEFORE_BEGIN_MS, self._ready_ms(planned)) - SENTENCE_PAUSE_MS, planned.location)
        yield self._hold(planned)

    def _timed(self, planned: PlannedHold, rest_ms: int, forms: tuple[Form, ...]) -> Hold:
        return replace(self._hold(planned), rest=TimedRest(rest_ms, forms))

    def _hold(self, planned: PlannedHold) -> Hold:
        context = self.context
        return Hold(
            duration_ms=planned.duration_ms,
            cues=tuple(hold_cues(context, self.exercise, planned)),
            location=self._place(planned.location),
            lead_in=context.numbers_down_from(context.options.lead_in),
            rings_ms=rings_ms(context, self.exercise, planned),
        )

    def _place(self, location: Location) -> Location:
        """Return the place of a hold, with the round of its group."""
        group = self.bout.group
        return (
            replace(location, round_number=self.bout.round_number) if group and group.rounds > 1 else location
        )

    def _ready(self, planned: PlannedHold) -> Iterator[Say | Pause]:
        if self._ready_ms(planned):
            yield from self.context.phrase("get_ready", location=planned.location, role="count")
            if planned.rest_ms is not None:
                yield Pause(self._ready_ms(planned) - SENTENCE_PAUSE_MS, planned.location)

    def _ready_ms(self, planned: PlannedHold) -> int:
        is_said = self.exercise.get_ready == "each" or (planned.number == 0 and not self.bout.is_repeated)
        return self.exercise.ready_seconds * 1000 if is_said else 0

    # --- after the last hold -------------------------------------------------------------------

    def _ending(self, location: Location) -> Iterator[Segment]:
        if self.exercise.release:
            yield from self._release_of(self.bout)
        elif self._is_let_go and self.context.includes("release"):
            yield from self.context.phrase("release", location=location, role="transition")
        rest_ms = round((self.context.options.rest_seconds_of(self.exercise) or 0) * 1000)
        yield Pause(max(min(rest_ms // 2, 10_000), PART_PAUSE_MS), location)

    @property
    def _is_let_go(self) -> bool:
        """Whether there is something to let go of at the end, which the program says where the author does not."""
        return not is_timed_by_itself(self.exercise) and self.exercise.movement.kind != "work"
