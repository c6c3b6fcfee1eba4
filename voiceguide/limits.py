"""The limits that keep a session possible, each named once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """A closed range of whole numbers."""

    least: int
    most: int

    def __contains__(self, value: int) -> bool:
        return self.least <= value <= self.most


HOLD_SECONDS = Limit(3, 600)
REPS = Limit(1, 50)
REST_SECONDS = Limit(0, 600)
PACE_WPM = Limit(80, 180)
CHIME_LEVEL_DB = Limit(-30, 10)
SESSION_HOURS = 12
ROUTINE_FILE_BYTES = 500_000
