"""The limits of a session, each defined once."""

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


# The countdown takes three seconds; the longest hold that a routine of the library advises is a fifth of ten minutes.
HOLD_SECONDS = Limit("hold", 3, 600, " seconds", " (10 minutes)")
REPS = Limit("number of repetitions", 1, 50)
REST_SECONDS = Limit("rest", 0, 600, " seconds", " (10 minutes)")
READY_SECONDS = Limit("time to get ready", 0, 30, " seconds")
SETS = Limit("number of sets", 1, 10)
BREATHS = Limit("number of breaths", 1, 100)
BREATH_SECONDS = Limit("part of a breath", 1, 30, " seconds")
# Guided movement is led at 110 to 125 words a minute; ordinary speech has about 150.
DEFAULT_PACE_WPM = 120
PACE_WPM = Limit("pace", 90, 180, " words a minute")
CHIME_LEVEL_DB = Limit("chime level", -30, 10, " dB")
# A job is an engine of its own, with its voice in memory.
JOBS = Limit("number of jobs", 1, 64)
# 12 hours at 48 kHz are 4.15 GB of samples; a WAV file has 32 bits for its length, which end at 4.29 GB.
MAX_SESSION_HOURS = 12
# The largest routine of the library has 16 kB.
MAX_ROUTINE_FILE_BYTES = 500_000
