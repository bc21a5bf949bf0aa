"""Small reusable widgets, each themed live and usable by keyboard."""
