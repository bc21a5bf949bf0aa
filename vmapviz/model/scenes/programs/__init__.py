"""Draws the programs of a trace, placed by `model/programs`, as scene items."""
