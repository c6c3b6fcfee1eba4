"""Text becomes speech: engines behind one protocol, and the studio that makes finished clips of them."""
