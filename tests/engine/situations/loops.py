"""Situations of loops, branches and derivatives."""

from __future__ import annotations

from tests.engine.experiments import experiment, x_only
from tests.engine.situations.situation import Situation

SITUATIONS = (
    Situation(
        "a scan's carry changes its dtype",
        x_only("return lax.scan(lambda c, y: (c > 0, y), x, jnp.arange(3))[0]"),
        "carry",
        "The loop changes the type it carries.",
        "`c` goes in as f32[] and comes out as bool[]; every round must give back its type.",
        at="(c > 0, y)",
        tries="jnp.asarray(c > 0, jnp.float32)",
        then="it traces",
    ),
    Situation(
        "a scan's carry in a function of its own",
        experiment(
            "def step(carry, y):\n"
            "    return carry.astype(int), y\n"
            "\n"
            "def f(x):\n"
            "    return lax.scan(step, x, jnp.arange(3))[0]\n",
            "f32[5]",
        ),
        "carry",
        "The loop changes the type it carries.",
        "`carry` goes in as f32[] and comes out as i32[]; every round must give back its type.",
        at="carry.astype(int), y",
        tries="jnp.asarray(carry.astype(int), jnp.float32)",
        then="it traces",
    ),
    Situation(
        "a scan's carry changes its shape",
        x_only("return lax.scan(lambda c, y: (jnp.stack([c, c]), y), x, jnp.arange(3))[0]"),
        "carry",
        "The loop changes the type it carries.",
        "`c` goes in as f32[] and comes out as f32[2]; every round must give back its type.",
        at="(jnp.stack([c, c]), y)",
        tries="Start with f32[2]",
    ),
    Situation(
        "a scan's carry changes its structure",
        x_only("return lax.scan(lambda c, y: ((c, c), y), x, jnp.arange(3))[0]"),
        "carry",
        "The loop changes what it carries.",
        "`c` comes out of a round in another form; `scan` needs the same form in every round.",
        at="((c, c), y)",
        tries="Return what goes in",
    ),
    Situation(
        "a scan's step returns one thing",
        x_only("return lax.scan(lambda c, y: c + y, 0.0, x)[0]", "f32[5,3]"),
        "scan",
        "A scan's step returns two things.",
        "They are the carry for the next round and the output of this one; here it returned something else.",
        at="c + y",
        tries="(c + y, None)",
        then="it traces",
    ),
    Situation(
        "a scan of arrays of two lengths",
        x_only("return lax.scan(lambda c, y: (c, c), x, (jnp.arange(3), jnp.arange(4)))[0]"),
        "scan",
        "The scanned arrays disagree on the rounds.",
        "Along axis 0 they have 3 and 4 entries; a scan takes one of each in every round.",
        at="lax.scan(lambda c, y: (c, c), x, (jnp.arange(3), jnp.arange(4)))",
    ),
    Situation(
        "a scan with another length",
        x_only("return lax.scan(lambda c, y: (c, c), x, jnp.arange(3), length=4)[0]"),
        "scan",
        "The scan cannot go 4 rounds.",
        "Its arrays have 3 entries along axis 0, one for each round.",
        at="lax.scan(lambda c, y: (c, c), x, jnp.arange(3), length=4)",
        tries="length=3",
        then="it traces",
    ),
    Situation(
        "a scan over nothing",
        x_only("return lax.scan(lambda c, y: (c, c), x, None)[0]"),
        "scan",
        "Nothing tells the scan how many rounds to go.",
        "It goes one round for each entry of its arrays; here there is none.",
        at="lax.scan(lambda c, y: (c, c), x, None)",
        tries="`length=n`",
    ),
    Situation(
        "a map over a single number",
        x_only("return lax.map(jnp.sin, x)"),
        "scan",
        "`map` has nothing to go over.",
        "It takes one entry along axis 0 after another; here it is given a single number, without axes.",
        at="lax.map(jnp.sin, x)",
        tries="Give one example an axis more",
    ),
    Situation(
        "while_loop changes its shape",
        x_only("return lax.while_loop(lambda s: s < 10, lambda s: jnp.stack([s, s]), x)"),
        "carry",
        "The loop changes the type it carries.",
        "`s` goes in as f32[] and comes out as f32[2]; every round must give back its type.",
        at="jnp.stack([s, s])",
        tries="Start with f32[2]",
    ),
    Situation(
        "while_loop with a condition per entry",
        x_only("return lax.while_loop(lambda s: s > 0, lambda s: s - 1, x)", "f32[5,3]"),
        "loop",
        "`while_loop` needs one True or False per round.",
        "Its condition gives bool[3].",
        at="s > 0",
        tries="jnp.any(s > 0)",
        then="it traces",
    ),
    Situation(
        "fori_loop changes its dtype",
        x_only("return lax.fori_loop(0, 3, lambda i, s: s > 0, x)"),
        "carry",
        "The loop changes the type it carries.",
        "The value goes in as f32[] and comes out as bool[]; every round must give back its type.",
        at="s > 0",
        tries="jnp.asarray(s > 0, jnp.float32)",
        then="it traces",
    ),
    Situation(
        "fori_loop over floats",
        x_only("return lax.fori_loop(0.5, 3, lambda i, s: s, x)"),
        "loop",
        "`fori_loop` counts whole numbers.",
        "Both bounds must be whole numbers of one type. Here they are f32 and i32.",
        at="lax.fori_loop(0.5, 3, lambda i, s: s, x)",
        tries="int(0.5)",
        then="it traces",
    ),
    Situation(
        "branches of two dtypes",
        x_only("return lax.cond(x > 0, lambda y: y, lambda y: 1, x)"),
        "branches",
        "The branches give different types.",
        "One gives f32[], another i32[]; whichever is taken, the result must have one type.",
        at="lax.cond(x > 0, lambda y: y, lambda y: 1, x)",
        tries="jnp.asarray(1, jnp.float32)",
        then="it traces",
    ),
    Situation(
        "branches of two shapes",
        x_only("return lax.cond(x > 0, lambda y: y, lambda y: jnp.ones(3), x)"),
        "branches",
        "The branches give different types.",
        "One gives f32[], another f32[3]; whichever is taken, the result must have one type.",
        at="lax.cond(x > 0, lambda y: y, lambda y: jnp.ones(3), x)",
        tries="`jnp.broadcast_to(value, shape)`",
    ),
    Situation(
        "branches of two structures",
        x_only("return lax.cond(x > 0, lambda y: y, lambda y: (y, y), x)"),
        "branches",
        "The branches give different things.",
        "Whichever is taken, the result must have the same form: as many values, in the same containers.",
        at="lax.cond(x > 0, lambda y: y, lambda y: (y, y), x)",
    ),
    Situation(
        "cond with a condition per entry",
        x_only("return lax.cond(x > 0, lambda y: y, lambda y: -y, x)", "f32[5,3]"),
        "branches",
        "`cond` needs one True or False per example.",
        "It chooses a way for the whole example. Here it is bool[3].",
        at="lax.cond(x > 0, lambda y: y, lambda y: -y, x)",
        tries="jnp.any(x > 0)",
        then="it traces",
    ),
    Situation(
        "cond of values",
        x_only("return lax.cond(x > 0, x, -x)"),
        "branches",
        "`cond` chooses between functions.",
        "Here it was given values; `jnp.where` chooses between these.",
        at="lax.cond(x > 0, x, -x)",
        tries="jnp.where(x > 0, x, -x)",
        then="it traces",
    ),
    Situation(
        "switch by a float",
        x_only("return lax.switch(x, [lambda: 1, lambda: 2])"),
        "branches",
        "`switch` needs a whole number per example.",
        "It counts the branches from 0. Here it is f32[].",
        at="lax.switch(x, [lambda: 1, lambda: 2])",
        tries="x.astype(int)",
        then="it traces",
    ),
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
