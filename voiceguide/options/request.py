"""Everything that is chosen for one session and its file."""

from dataclasses import dataclass, field

from voiceguide.options.output import OutputOptions
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions


@dataclass(frozen=True, slots=True)
class Request:
    """The options of a session, of its voice and of its file.

    Attributes:
        jobs: how many phrases, and how many blocks, may be made at once; the machine's cores if None.
    """

    session: SessionOptions = field(default_factory=SessionOptions)
    voice: VoiceOptions = field(default_factory=VoiceOptions)
    output: OutputOptions = field(default_factory=OutputOptions)
    jobs: int | None = None

    def merge(self, fallback: "Request") -> "Request":
        """Return these choices, with those of the fallback where they leave one open."""
        return Request(
            self.session.merge(fallback.session),
            self.voice.merge(fallback.voice),
            self.output.merge(fallback.output),
            fallback.jobs if self.jobs is None else self.jobs,
        )
