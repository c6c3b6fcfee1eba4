"""The file formats: one object each, with everything specific to it; see ``registry``."""

from voiceguide.export.formats.base import AudioFormat, Container
from voiceguide.export.formats.registry import CONTAINERS, MP3, audio_format, find_container, register_format

__all__ = [
    "CONTAINERS",
    "MP3",
    "AudioFormat",
    "Container",
    "audio_format",
    "find_container",
    "register_format",
]
