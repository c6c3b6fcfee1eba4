"""The command line: it parses, calls ``session``, prints. Exit codes and styling live only here."""
