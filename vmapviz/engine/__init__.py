"""The only room with JAX: it runs in the worker process, or in the caller's own for `vmapviz.trace`."""
