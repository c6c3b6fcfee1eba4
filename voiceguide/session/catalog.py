"""The built-in routines, with what a person wants to know before choosing one."""

from dataclasses import dataclass

from voiceguide.errors import UsageError, did_you_mean
from voiceguide.language.registry import find_language
from voiceguide.routine.model import Routine
from voiceguide.routine.reader import built_in_ids, find_routine
from voiceguide.session.likely_length import likely_timeline
from voiceguide.text.formatting import whole_minutes


@dataclass(frozen=True)
class CatalogEntry:
    """A routine, and about how long it takes with its defaults."""

    routine: Routine
    duration_ms: int

    @property
    def id(self) -> str:
        """What the routine is called on the command line and in calls."""
        return self.routine.id

    @property
    def title(self) -> str:
        """The routine's title."""
        return self.routine.title

    @property
    def tags(self) -> tuple[str, ...]:
        """Words that people search for."""
        return self.routine.tags

    @property
    def equipment(self) -> tuple[str, ...]:
        """Everything that is needed, without duplicates."""
        things = [*self.routine.equipment]
        things += [thing for exercise in self.routine.all_exercises for thing in exercise.equipment]
        return tuple(dict.fromkeys(things))

    def to_dict(self) -> dict[str, object]:
        """Return the entry as values JSON can hold."""
        return {
            "id": self.routine.id,
            "title": self.routine.title,
            "tags": list(self.routine.tags),
            "minutes": whole_minutes(self.duration_ms),
            "equipment": list(self.equipment),
            "exercises": list(self.routine.exercise_ids),
            "exercise_names": [exercise.name for exercise in self.routine.all_exercises],
            "source": self.routine.source.title if self.routine.source else None,
        }


def catalog(tag: str | None = None) -> tuple[CatalogEntry, ...]:
    """Return the built-in routines, all or those with a tag.

    Raises:
        UsageError: no routine has the tag.
    """
    found = [find_routine(name) for name in built_in_ids()]
    chosen = [routine for routine in found if tag is None or tag.lower() in routine.tags]
    if not chosen:
        known = tuple(sorted({name for routine in found for name in routine.tags}))
        raise UsageError(f"No routine has the tag {tag!r}. {did_you_mean(tag or '', known)}")
    return tuple(map(catalog_entry, chosen))


def catalog_entry(routine: Routine) -> CatalogEntry:
    """Return a routine as the catalog shows it.

    Raises:
        UsageError: voiceguide does not speak its language, or a session of it would be too long.
    """
    return CatalogEntry(routine, likely_timeline(routine, find_language(routine.language)).duration_ms)
