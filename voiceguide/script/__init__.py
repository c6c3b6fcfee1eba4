"""What is said, and when: options, wording, the script, and the timeline. Pure but for the phrase file."""
