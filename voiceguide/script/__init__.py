"""What is said and when: the script, and the timeline with every event at its time."""
