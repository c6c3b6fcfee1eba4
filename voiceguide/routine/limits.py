"""The limits that keep a session possible, each named once."""

from dataclasses import dataclass

from voiceguide.errors import ValueOutOfRange


@dataclass(frozen=True, slots=True)
class Limit:
    """A closed range.

    Attributes:
        name: what the number is called in messages.
        minimum, maximum: both included.
        unit: follows a number, with its leading space.
        note: follows the range in messages.
    """

    name: str
    minimum: int
    maximum: int
    unit: str = ""
    note: str = ""

    def check(self, value: float) -> None:
        """Refuse a value outside the range.

        Raises:
            ValueOutOfRange: names the value and the range.
        """
        if not self.minimum <= value <= self.maximum:
            raise ValueOutOfRange(self.name, value, self.minimum, self.maximum, self.unit, self.note)


HOLD_SECONDS = Limit("hold", 3, 600, " seconds", " (10 minutes)")
REPS = Limit("number of repetitions", 1, 50)
REST_SECONDS = Limit("rest", 0, 600, " seconds", " (10 minutes)")
READY_SECONDS = Limit("time to get ready", 0, 30, " seconds")
SETS = Limit("number of sets", 1, 10)
BREATHS = Limit("number of breaths", 1, 100)
BREATH_SECONDS = Limit("part of a breath", 1, 30, " seconds")
DEFAULT_PACE_WPM = 120
PACE_WPM = Limit("pace", 90, 180, " words a minute")
CHIME_LEVEL_DB = Limit("chime level", -30, 10, " dB")
JOBS = Limit("number of jobs", 1, 64)
MAX_SESSION_HOURS = 12
# The largest routine of the library has 16 kB.
MAX_ROUTINE_FILE_BYTES = 500_000
