"""What a person can choose: of the session, the voice and the file."""
