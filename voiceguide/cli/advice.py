"""What helps against an error, in the words of the command line: the only place that names options for it."""

from voiceguide.errors import OutputExists, VoiceguideError

_ADVICE: tuple[tuple[type[VoiceguideError], str], ...] = (
    (OutputExists, "Replace it with --force, or choose another name with -o."),
)


def with_advice(error: VoiceguideError) -> str:
    """Return the sentence of an error, followed by the options that help."""
    advice = next((sentence for kind, sentence in _ADVICE if isinstance(error, kind)), "")
    return f"{error}{advice and f' {advice}'}"
