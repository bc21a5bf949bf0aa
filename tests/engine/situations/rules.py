"""Situations of what JAX has no rule for: static arguments, leaks, primitives, callbacks, memory, devices."""

from __future__ import annotations

from tests.engine.experiments import experiment, x_only
from tests.engine.situations.situation import Situation
from vmapviz.model.experiment import Vmap

SITUATIONS = (
    Situation(
        "a static argument that is a list",
        x_only("return jax.jit(lambda y, n: y, static_argnums=1)(x, [1])"),
        "static",
        "A static argument must be hashable.",
        "jit remembers its programs by the static values; a list can change later.",
        at="jax.jit(lambda y, n: y, static_argnums=1)(x, [1])",
        tries="tuple([1])",
        then="it traces",
    ),
    Situation(
        "a static argument that is batched",
        experiment(
            "import functools\n\n@functools.partial(jax.jit, static_argnums=1)\ndef f(x, n):\n    return x * n\n",
            "f32[5], i32[5]",
        ),
        "static",
        "A static argument cannot be part of the batch.",
        "`static_argnums` asks jit for a Python value that is known now and the same for every example.",
        tries="Take `static_argnums` away",
    ),
    Situation(
        "a text goes into jit",
        x_only("return jax.jit(lambda y, kind: y)(x, 'relu')"),
        "not_array",
        "JAX cannot compute with a str.",
        "Line 5 passes one as `kind`; arrays, numbers and containers of them can be traced.",
        at="jax.jit(lambda y, kind: y)(x, 'relu')",
        tries="`functools.partial`, or a static argument",
    ),
    Situation(
        "a value that leaves its trace",
        experiment(
            "kept = []\n"
            "\n"
            "def keep(y):\n"
            "    kept.append(y * 2)\n"
            "    return y\n"
            "\n"
            "def f(x):\n"
            "    jax.jit(keep)(x)\n"
            "    return kept[0] + x\n",
            "f32[5]",
        ),
        "leak",
        "A value of the trace was kept and used outside.",
        "Line 7 makes it inside `keep`; when that is done, it stands for nothing any more.",
        at="kept.append(y * 2)",
        tries="`return` it",
    ),
    Situation(
        "a value kept in a global",
        experiment(
            "kept = []\n\ndef f(x):\n    if kept:\n        return kept[0] + x\n    kept.append(x * 2)\n    return x\n",
            "f32[5]",
        ),
        "leak",
        "A value of the trace was kept and used outside.",
        "Line 9 makes it inside `f`; when that is done, it stands for nothing any more.",
        at="kept.append(x * 2)",
        tries="`return` it",
        by="run",
    ),
    Situation(
        "a custom_vmap that returns one thing",
        experiment(
            "@jax.custom_batching.custom_vmap\n"
            "def g(x):\n"
            "    return jnp.sin(x)\n"
            "\n"
            "@g.def_vmap\n"
            "def _(size, batched, x):\n"
            "    return jnp.sin(x)\n"
            "\n"
            "def f(x):\n"
            "    return g(x)\n",
            "f32[5]",
        ),
        "exception",
        "Line 13 stopped it.",
        "",
        at="g(x)",
    ),
    Situation(
        "a custom_vmap without a rule",
        experiment(
            "@jax.custom_batching.custom_vmap\ndef g(x):\n    return jnp.sin(x)\n\ndef f(x):\n    return g(x)\n",
            "f32[5]",
        ),
        "rule",
        "JAX does not know how to batch `g`.",
        "It is a custom_vmap function, so how it is batched is what you define, and nothing was defined.",
        at="g(x)",
        tries="`@g.def_vmap`",
    ),
    Situation(
        "a custom_vmap whose flags have another form",
        experiment(
            "@jax.custom_batching.custom_vmap\n"
            "def g(x):\n"
            "    return jnp.sin(x)\n"
            "\n"
            "@g.def_vmap\n"
            "def _(size, batched, x):\n"
            "    return jnp.sin(x), (True, True)\n"
            "\n"
            "def f(x):\n"
            "    return g(x)\n",
            "f32[5]",
        ),
        "rule",
        "The rule of a custom_vmap returns two things.",
        "The results, and for each of them whether it is batched, in the same form.",
        at="g(x)",
        tries="`return y, True`",
    ),
    Situation(
        "a check that is false",
        experiment(
            "from jax.experimental import checkify\n"
            "\n"
            "def f(x):\n"
            "    checkify.check(x > 0, 'x is not positive')\n"
            "    return x\n",
            "f32[5]",
        ),
        "check",
        "The check in line 7 failed.",
        "It is false for one example at least. It says: x is not positive.",
        at="checkify.check(x > 0, 'x is not positive')",
        by="run",
    ),
    Situation(
        "a check inside jit",
        experiment(
            "from jax.experimental import checkify\n"
            "\n"
            "@jax.jit\n"
            "def g(x):\n"
            "    checkify.check(x > 0, 'x is not positive')\n"
            "    return x\n"
            "\n"
            "def f(x):\n"
            "    return g(x)\n",
            "f32[5]",
        ),
        "check",
        "A check needs `checkify` around it.",
        "Line 8 checks values that are compiled; only `checkify` brings what it found out of there.",
        at="checkify.check(x > 0, 'x is not positive')",
        tries="`error, y = checkify.checkify(f)(x)`",
        by="run",
    ),
    Situation(
        "a primitive without a batching rule",
        experiment(
            "from jax.extend.core import Primitive\n"
            "\n"
            "double = Primitive('double')\n"
            "double.def_impl(lambda x: x * 2)\n"
            "double.def_abstract_eval(lambda x: x)\n"
            "\n"
            "def f(x):\n"
            "    return double.bind(x)\n",
            "f32[5]",
        ),
        "rule",
        "JAX does not know how to batch `double`.",
        "`double` is a primitive without a rule for this, so nobody can say what to do with it here.",
        at="double.bind(x)",
        tries="Define `batching.primitive_batchers`",
    ),
    Situation(
        "a primitive without an abstract rule",
        experiment(
            "from jax.extend.core import Primitive\n"
            "\n"
            "double = Primitive('double')\n"
            "double.def_impl(lambda x: x * 2)\n"
            "\n"
            "def f(x):\n"
            "    return double.bind(x)\n",
            "f32[5]",
        ),
        "rule",
        "JAX does not know what comes out of `double`.",
        "`double` is a primitive without a rule for this, so nobody can say what to do with it here.",
        at="double.bind(x)",
        tries="Define `double.def_abstract_eval`",
    ),
    Situation(
        "a primitive without a derivative",
        experiment(
            "from jax.extend.core import Primitive\n"
            "\n"
            "double = Primitive('double')\n"
            "double.def_impl(lambda x: x * 2)\n"
            "double.def_abstract_eval(lambda x: x)\n"
            "\n"
            "def f(x):\n"
            "    return jax.grad(double.bind)(x)\n",
            "f32[5]",
        ),
        "rule",
        "JAX does not know the derivative of `double`.",
        "`double` is a primitive without a rule for this, so nobody can say what to do with it here.",
        at="jax.grad(double.bind)(x)",
        tries="Define `ad.primitive_jvps`, or `jax.custom_jvp` around it",
    ),
    Situation(
        "a callback without vmap_method",
        x_only("return jax.pure_callback(np.sin, jax.ShapeDtypeStruct((), jnp.float32), x)"),
        "callback",
        "JAX does not know how to batch the callback.",
        "Its Python function is made for one example. Say how it gets many: one by one, or all at once.",
        at="jax.pure_callback(np.sin, jax.ShapeDtypeStruct((), jnp.float32), x)",
        tries='vmap_method="sequential"',
        then="it traces",
    ),
    Situation(
        "an ordered callback",
        experiment(
            "from jax.experimental import io_callback\n"
            "\n"
            "def f(x):\n"
            "    return io_callback(np.sin, jax.ShapeDtypeStruct((), jnp.float32), x, ordered=True)\n",
            "f32[5]",
        ),
        "callback",
        "A batch has no order for this callback.",
        "With `ordered=True` one call must follow the other; under vmap all examples are computed at once.",
        at="io_callback(np.sin, jax.ShapeDtypeStruct((), jnp.float32), x, ordered=True)",
        tries="ordered=False",
        then="it traces",
    ),
    Situation(
        "the derivative of a callback",
        x_only(
            "kind = jax.ShapeDtypeStruct((), jnp.float32)\n"
            "call = lambda y: jax.pure_callback(np.sin, kind, y, vmap_method='sequential')\n"
            "return jax.grad(call)(x)"
        ),
        "callback",
        "A callback has no derivative.",
        "Line 6 asks for one, and JAX cannot look into the Python function behind it.",
        at="jax.pure_callback(np.sin, kind, y, vmap_method='sequential')",
        tries="`jax.custom_jvp`",
    ),
    Situation(
        "a callback that raises",
        experiment(
            "def slow(x):\n"
            "    raise ValueError('bad value')\n"
            "\n"
            "def f(x):\n"
            "    kind = jax.ShapeDtypeStruct((), jnp.float32)\n"
            "    return jax.pure_callback(slow, kind, x, vmap_method='sequential')\n",
            "f32[5]",
        ),
        "callback",
        "The callback failed while it ran.",
        "Line 5 stopped it: ValueError: bad value",
        at="raise ValueError('bad value')",
        by="run",
    ),
    Situation(
        "more memory than there is",
        x_only("return jnp.ones((1000000, 100000)).sum() + x"),
        "memory",
        "This needs more memory than there is.",
        ("about 400 GB (400,000,000,024 bytes)", "are free. Nothing was run."),
        tries="A smaller batch, or smaller examples",
        by="run",
    ),
    Situation(
        "pmap of more than there are devices",
        x_only("return x + jax.pmap(jnp.sin)(jnp.ones(100))[0]"),
        "devices",
        "The batch does not fit the devices.",
        "pmap gives every device one example. Here are 100 examples for 8 devices.",
        at="jax.pmap(jnp.sin)(jnp.ones(100))",
        tries="jax.vmap",
        then="it traces",
    ),
    Situation(
        "pmap of twice as many as devices",
        x_only("return x + jax.pmap(jnp.sin)(jnp.ones(16))[0]"),
        "devices",
        "The batch does not fit the devices.",
        ("pmap gives every device one example. Here ",),
        at="jax.pmap(jnp.sin)(jnp.ones(16))",
        tries="jax.vmap",
        then="it traces",
    ),
    Situation(
        "pmap of a batch that cannot be shared out",
        x_only("return x * 2", "f32[7]"),
        "pmap",
        "7 examples cannot be shared out over 6 devices.",
        "pmap gives every device the same number of examples, and 6 does not divide 7.",
        tries="Use 1 device",
        then="it traces",
        by="pmap",
    ),
    Situation(
        "pmap with too few devices for a sum over the examples",
        x_only("return x - lax.pmean(x, 'i')", "f32[8]", Vmap(axis_name="i")),
        "pmap",
        "pmap has too few devices.",
        "Its function uses the axis `i`, so every example needs a device of its own: pmap has 6 devices for 8 examples.",
        tries="Use 8 devices",
        then="it traces",
        by="pmap",
    ),
    Situation(
        "pmap of two vmaps",
        x_only("return x * 2", "f32[5,3]", Vmap(), Vmap()),
        "pmap",
        "pmap's program is shown for one vmap.",
        "This experiment has 2 levels.",
        tries="Show vmap's program",
        then="it traces",
        by="pmap",
    ),
)
