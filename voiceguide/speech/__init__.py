"""Text becomes speech: engines behind one protocol, and the renderer that turns their output into finished clips."""
