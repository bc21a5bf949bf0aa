"""Pure functions from (trace, values, selected equation, t) to a scene of rectangles, paths and texts."""
