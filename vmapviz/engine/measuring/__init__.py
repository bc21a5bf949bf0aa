"""The parts of a sweep: ways to compute the batch, samples, rounds, what stops them, and what is known beside the times."""
