"""The pictures of times: where everything stands, in pixels, and the scenes drawn of it."""
