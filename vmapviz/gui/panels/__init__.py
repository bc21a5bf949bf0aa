"""The panels of the window: each shows a part of the session and says what the user wants."""
