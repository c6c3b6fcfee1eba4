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
    minimum: float
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


# Lengths are whole or half seconds: what timers offer, and what a teacher can count.
STEP_SECONDS = 0.5
# The shortest hold has room for its begin chime; the longest relaxations of the library's kind last three quarters of an hour.
HOLD_SECONDS = Limit("hold", 3, 3600, " seconds", " (1 hour)")
REPS = Limit("number of repetitions", 1, 50)
REST_SECONDS = Limit("rest", 0, 600, " seconds", " (10 minutes)")
READY_SECONDS = Limit("time to get ready", 0, 30, " seconds")
SETS = Limit("number of sets", 1, 10)
ROUNDS = Limit("number of rounds", 1, 20)
BREATHS = Limit("number of breaths", 1, 400)
BREATH_SECONDS = Limit("part of a breath", 0.5, 30, " seconds")
REP_SECONDS = Limit("time for a repetition", 1, 60, " seconds")
STEP_LENGTH_SECONDS = Limit("step", 0.5, 3600, " seconds", " (1 hour)")
MAX_STEPS = 300
MAX_PHASES = 24
PAUSE_SECONDS = Limit("pause", 0.5, 300, " seconds")
# Numbers that are counted down at the end of a hold.
COUNTDOWNS = (0, 3, 5, 10)
LEAD_IN = Limit("count before a hold", 0, 10, " seconds")
CALL_EVERY_SECONDS = Limit("time between calls", 10, 600, " seconds", " (10 minutes)")
# Guided movement is led at 110 to 125 words a minute; ordinary speech has about 150.
DEFAULT_PACE_WPM = 120
PACE_WPM = Limit("pace", 90, 180, " words a minute")
CHIME_LEVEL_DB = Limit("chime level", -30, 10, " dB")
# The name of the set of chimes that is used unless another one is chosen.
DEFAULT_BELLS = "bells"
NO_BELLS = "none"
# The built-in sets; audio.chimes makes them.
BELLS = (DEFAULT_BELLS, "bowls", "wood", NO_BELLS)
# A struck bell of 10 s as an uncompressed file in studio quality has 6 MB.
MAX_SOUND_FILE_BYTES = 20_000_000
# A job is an engine of its own, with its voice in memory.
JOBS = Limit("number of jobs", 1, 64)
# 12 hours at 48 kHz are 4.15 GB of samples; a WAV file has 32 bits for its length, which end at 4.29 GB.
MAX_SESSION_HOURS = 12
# The largest routine of the library has 16 kB.
MAX_ROUTINE_FILE_BYTES = 500_000
