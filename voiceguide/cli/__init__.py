"""The command line: it parses, calls ``session``, prints. Only this package has exit codes and styling."""
