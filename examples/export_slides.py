# /// script
# dependencies = ["jax", "vmapviz"]
# [tool.vmapviz]
# name = "export slides"
# function = "attend"
# arguments = 'query=f32[4,2], keys=f32[3,2], values=f32[3,2]'
# in_axes = '(0, None, None)'
# ///
"""Makes slides of what vmap does: a picture of each function, one more for every equation, and a page with all of them.

python export_slides.py slides            # for print; add "projector" for the back row
"""

import sys
from html import escape
from pathlib import Path

import jax
import jax.numpy as jnp

import vmapviz
from vmapviz.export.programs import programs_svg


def layer(W, x, bias):
    return jnp.maximum(W @ x + bias, 0.0)


def attend(query, keys, values):
    return jax.nn.softmax(keys @ query) @ values


def distance(a, b):
    return jnp.sqrt(jnp.sum((a - b) ** 2))


W, x, bias = jnp.ones((2, 3)), jnp.ones((5, 3)), jnp.ones(2)
queries, keys, values = jnp.ones((4, 2)), jnp.ones((3, 2)), jnp.ones((3, 2))
every_b, every_a = vmapviz.Vmap(in_axes=(None, 0)), vmapviz.Vmap(in_axes=(0, None))
TRACES = {
    "layer": vmapviz.trace(layer, in_axes=(None, 0, None), out_axes=1)(W, x, bias),
    "attend": vmapviz.trace(attend, in_axes=(0, None, None))(queries, keys, values),
    "distance": vmapviz.trace(distance, levels=[every_b, every_a])(keys, queries),
}


def slides(name, trace, theme):
    """The pictures of one function: all of it, then equation by equation."""
    yield f"{name}.svg", programs_svg(trace, name, theme=theme)
    for number, equation in enumerate(trace.original.equations, start=1):
        yield f"{name}-{number}-{equation.primitive}.svg", programs_svg(trace, name, equation.path, theme)


def page(files):
    """An HTML page that shows the pictures below each other."""
    pictures = "\n".join(f'<p><img src="{escape(file)}" alt="{escape(Path(file).stem)}"></p>' for file in files)
    return f'<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<title>What vmap does</title>\n{pictures}\n</html>\n'


def main(folder, theme="light"):
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, trace in TRACES.items():
        written |= dict(slides(name, trace, theme))
    for file, picture in written.items():
        (folder / file).write_text(picture, encoding="utf-8")
    (folder / "index.html").write_text(page(written), encoding="utf-8")
    print(f"{len(written)} pictures and index.html in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "slides"), *sys.argv[2:3])
