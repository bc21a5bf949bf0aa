"""The view of both programs: painting, pointing, finding."""
