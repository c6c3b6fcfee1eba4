"""Files: untrusted ones are read within limits, and a file is written completely or not at all."""
