"""What the listener chooses for voice and sound."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from voiceguide.options.merging import fill_unset
from voiceguide.routine.limits import CHIME_LEVEL_DB, DEFAULT_PACE_WPM, PACE_WPM


@dataclass(frozen=True, slots=True)
class ResolvedVoiceOptions:
    """The options of voice and sound with every default filled in.

    Attributes:
        engine, voice: None if the registry chooses, which depends on the machine.
        pace_wpm: words a minute, including the pauses between sentences.
        chime_level_db: of the chimes relative to speech.
        say: see ``VoiceOptions``.
    """

    engine: str | None
    voice: str | None
    pace_wpm: int
    chime_level_db: float
    say: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VoiceOptions:
    """The choices for voice and sound; None leaves a choice to the program.

    Attributes:
        from_file: whether engine and voice come from a finished file, which anyone may have written; see
            ``choose_voice``.
        say: words, and how to pronounce them; these override the routine's.

    Raises:
        ValueOutOfRange: a value is outside its limits.
    """

    engine: str | None = None
    voice: str | None = None
    pace_wpm: int | None = None
    chime_level_db: float | None = None
    from_file: bool = False
    say: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.pace_wpm is not None:
            PACE_WPM.check(self.pace_wpm)
        if self.chime_level_db is not None:
            CHIME_LEVEL_DB.check(self.chime_level_db)

    def merge(self, fallback: "VoiceOptions") -> "VoiceOptions":
        """Return these options, with those of the fallback where they leave a choice open.

        Engine and voice belong together, so both come from the same side.
        """
        chosen = self if self.engine or self.voice else fallback
        return replace(
            fill_unset(self, fallback),
            engine=chosen.engine,
            voice=chosen.voice,
            from_file=chosen.from_file,
            say={**fallback.say, **self.say},
        )

    def resolve(self) -> ResolvedVoiceOptions:
        """Return the options with their defaults filled in."""
        return ResolvedVoiceOptions(
            self.engine,
            self.voice,
            DEFAULT_PACE_WPM if self.pace_wpm is None else self.pace_wpm,
            0.0 if self.chime_level_db is None else self.chime_level_db,
            self.say,
        )
