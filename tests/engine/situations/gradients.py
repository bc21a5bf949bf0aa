"""Situations of derivatives, and of rules for them."""

from __future__ import annotations

from tests.engine.experiments import experiment, x_only
from tests.engine.situations.situation import Situation

SITUATIONS = (
    Situation(
        "grad of an array",
        x_only("return jax.grad(lambda y: y * y)(x)", "f32[5,3]"),
        "gradient",
        "`grad` is for functions that return one number.",
        "It returned an array of shape (3,). Of more than one number there is a Jacobian instead of a gradient.",
        at="y * y",
        tries="jnp.sum(y * y)",
        then="it traces",
    ),
    Situation(
        "grad of a tuple",
        x_only("return jax.grad(lambda y: (y, y))(x)"),
        "gradient",
        "`grad` is for functions that return one number.",
        "It returned something else. Of more than one number there is a Jacobian instead of a gradient.",
        at="(y, y)",
        tries="`jnp.sum(...)`, or return one entry",
    ),
    Situation(
        "grad of whole numbers",
        x_only("return jax.grad(lambda y: y * 2.0)(x)", "i32[5]"),
        "gradient",
        "Whole numbers have no gradient.",
        "Line 5 asks for a derivative along i32; only floats can change a little.",
        at="jax.grad(lambda y: y * 2.0)(x)",
        rows=(0,),
        tries="Make x f32[5]",
        then="it traces",
    ),
    Situation(
        "grad that returns whole numbers",
        x_only("return jax.grad(lambda y: y.astype(int))(x)"),
        "gradient",
        "Whole numbers have no gradient.",
        "The function returns i32; a gradient needs a result that can change a little.",
        at="jax.grad(lambda y: y.astype(int))(x)",
        tries="`.astype(float)`",
    ),
    Situation(
        "grad along an argument that is not there",
        x_only("return jax.grad(lambda y: y, argnums=1)(x)"),
        "gradient",
        "There is no argument 1 to take the gradient of.",
        "Line 5 gives 1 argument; `argnums` counts them from 0.",
        at="jax.grad(lambda y: y, argnums=1)(x)",
        tries="`argnums=0`",
    ),
    Situation(
        "jvp with another dtype",
        x_only("return jax.jvp(jnp.sin, (x,), (1,))[0]"),
        "tangents",
        "Values and tangents do not fit.",
        "The value is f32, its tangent i32; both must be of one type and shape.",
        at="jax.jvp(jnp.sin, (x,), (1,))",
        tries="`jnp.ones_like(x)`",
    ),
    Situation(
        "jvp with another shape",
        x_only("return jax.jvp(jnp.sin, (x,), (jnp.ones(3),))[0]"),
        "tangents",
        "Values and tangents do not fit.",
        "The value is (), its tangent (3,); both must be of one type and shape.",
        at="jax.jvp(jnp.sin, (x,), (jnp.ones(3),))",
        tries="`jnp.ones_like(x)`",
    ),
    Situation(
        "vjp with another shape",
        x_only("return jax.vjp(jnp.sin, x)[1](jnp.ones(3))[0]"),
        "tangents",
        "What is sent backward does not fit the result.",
        "It was given f32[3], and the result is f32[]. A vjp function takes one value of the result's type and shape.",
        at="jax.vjp(jnp.sin, x)[1](jnp.ones(3))",
        tries="`jnp.ones_like(y)`",
    ),
    Situation(
        "grad of a while_loop",
        x_only("return jax.grad(lambda y: lax.while_loop(lambda s: s < 10, lambda s: s * 2, y))(x)"),
        "loop",
        "A `while_loop` cannot be run backward.",
        "Line 5 asks for a gradient through a loop whose rounds are not counted beforehand.",
        at="jax.grad(lambda y: lax.while_loop(lambda s: s < 10, lambda s: s * 2, y))(x)",
        tries="`lax.scan`, or `fori_loop` with Python numbers",
    ),
    Situation(
        "a custom_jvp without a rule",
        experiment(
            "@jax.custom_jvp\ndef g(x):\n    return jnp.sin(x)\n\ndef f(x):\n    return jax.grad(g)(x)\n", "f32[5]"
        ),
        "custom_rule",
        "`g` has no derivative yet.",
        "It is a custom_jvp function, so its derivative is what you define, and nothing was defined.",
        at="jax.grad(g)(x)",
        tries="`@g.defjvp`",
    ),
    Situation(
        "a custom_jvp that returns one thing",
        experiment(
            "@jax.custom_jvp\n"
            "def g(x):\n"
            "    return jnp.sin(x)\n"
            "@g.defjvp\n"
            "def _(p, t):\n"
            "    return g(*p)\n"
            "def f(x):\n"
            "    return jax.grad(g)(x)\n",
            "f32[5]",
        ),
        "custom_rule",
        "The rule of `g` must return two things.",
        "The value of the function, and how it changes: its tangent.",
        at="jax.grad(g)(x)",
        tries="`return value, tangent`",
    ),
    Situation(
        "a custom_jvp with another type",
        experiment(
            "@jax.custom_jvp\n"
            "def g(x):\n"
            "    return jnp.sin(x)\n"
            "@g.defjvp\n"
            "def _(p, t):\n"
            "    return g(*p), 1\n"
            "def f(x):\n"
            "    return jax.grad(g)(x)\n",
            "f32[5]",
        ),
        "custom_rule",
        "The rule gives a tangent of another type.",
        "It should be f32[] and is i32[]: the type of the value it belongs to.",
        at="jax.grad(g)(x)",
        tries="`jnp.asarray(tangent, value.dtype)`",
    ),
    Situation(
        "a custom_vjp whose backward rule misses one",
        experiment(
            "@jax.custom_vjp\n"
            "def g(x, y):\n"
            "    return x * y\n"
            "g.defvjp(lambda x, y: (x * y, None), lambda r, c: (c,))\n"
            "def f(x):\n"
            "    return jax.grad(g)(x, 2.0)\n",
            "f32[5]",
        ),
        "custom_rule",
        "The backward rule must return a tuple.",
        "It holds one gradient for each argument of the function, in their order.",
        at="jax.grad(g)(x, 2.0)",
        tries="`return dx, dy`",
    ),
    Situation(
        "a custom_vjp whose forward rule returns one",
        experiment(
            "@jax.custom_vjp\n"
            "def g(x, y):\n"
            "    return x * y\n"
            "g.defvjp(lambda x, y: x * y, lambda r, c: (c, c))\n"
            "def f(x):\n"
            "    return jax.grad(g)(x, 2.0)\n",
            "f32[5]",
        ),
        "custom_rule",
        "The forward rule of `g` must return two things.",
        "The value of the function, and what the backward rule will need of it.",
        at="jax.grad(g)(x, 2.0)",
        tries="`return value, kept`",
    ),
    Situation(
        "a custom_vjp run forward",
        experiment(
            "@jax.custom_vjp\n"
            "def g(x):\n"
            "    return x\n"
            "g.defvjp(lambda x: (x, None), lambda r, c: (c,))\n"
            "def f(x):\n"
            "    return jax.jvp(g, (x,), (x,))[0]\n",
            "f32[5]",
        ),
        "custom_rule",
        "This function can only be run backward.",
        "custom_vjp defines what is sent backward and nothing forward; jvp, jacfwd and hessian go forward.",
        at="jax.jvp(g, (x,), (x,))",
        tries="`jax.custom_jvp`",
    ),
)
