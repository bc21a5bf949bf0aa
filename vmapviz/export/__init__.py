"""From a snapshot or a session to text, JSON and SVG: pure functions that return text or bytes."""
