"""What the listener chooses about voice and sound."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from voiceguide.routine.limits import CHIME_LEVEL_DB, DEFAULT_PACE_WPM, PACE_WPM


@dataclass(frozen=True, slots=True)
class VoiceOptions:
    """What the listener asked of voice and sound; None leaves it to the program.

    Attributes:
        carried: whether engine and voice are named by a file, which may be a stranger's; see ``choose_voice``.
        say: words, and how they are spoken instead; above those of the routine.

    Raises:
        UsageError: a value is outside its limits.
    """

    engine: str | None = None
    voice: str | None = None
    pace_wpm: int | None = None
    chime_level_db: float | None = None
    carried: bool = False
    say: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        PACE_WPM.check(self.pace)
        CHIME_LEVEL_DB.check(self.chime_level)

    @property
    def pace(self) -> int:
        """Words a minute, as spoken."""
        return DEFAULT_PACE_WPM if self.pace_wpm is None else self.pace_wpm

    @property
    def chime_level(self) -> float:
        """Chimes against speech, in dB."""
        return 0.0 if self.chime_level_db is None else self.chime_level_db

    def merge(self, others: "VoiceOptions") -> "VoiceOptions":
        """Return these wishes, and the others where these leave the choice; engine and voice go together."""
        chosen = self if self.engine or self.voice else others
        return VoiceOptions(
            engine=chosen.engine,
            voice=chosen.voice,
            pace_wpm=others.pace_wpm if self.pace_wpm is None else self.pace_wpm,
            chime_level_db=others.chime_level_db if self.chime_level_db is None else self.chime_level_db,
            carried=chosen.carried,
            say={**others.say, **self.say},
        )
