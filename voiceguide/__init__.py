"""voiceguide: an exercise routine becomes one voice-guided MP3 that a person follows with eyes shut."""

__version__ = "0.1.0"
