"""An experiment is an ordinary Python file: read with clear errors, written with as little change as possible."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from vmapviz.model.experiment import Case, Experiment, ExperimentError, Vmap, body, pick, read, read_bytes, write

GALLERY = sorted(path for path in (Path(__file__).parents[2] / "vmapviz" / "gallery").glob("[!_]*.py"))
SOURCE = '"""Doc."""\n\nimport jax\n\n\ndef matvec(m, v):\n    return m @ v\n'
HEADER = """# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# function = "matvec"
# arguments = 'm=f32[2,3], v=f32[5,3]'
# in_axes = "(None, 0)"  # m is shared
# out_axes = "0"
# ///
"""
FILE = HEADER + SOURCE


def header(content: str) -> str:
    lines = "\n".join(f"# {line}" for line in content.splitlines())
    return f"# /// script\n# [tool.vmapviz]\n{lines}\n# ///\n{SOURCE}"


def test_a_file_with_a_header() -> None:
    assert read(FILE, "a.py") == Experiment(
        SOURCE, "matvec", "m=f32[2,3], v=f32[5,3]", (Vmap("(None, 0)", "0"),), path="a.py"
    )


def test_every_key() -> None:
    found = read(
        header(
            'name = "n"\ngroup = "g"\naxis_name = "i"\naxis_size = 5\nspmd_axis_name = "s"\nmap = "pmap"\ndevices = 8\n'
            'reference = "r"\nx64 = true\n[[tool.vmapviz.case]]\nname = "c"\nin_axes = "1"'
        )
    )
    assert (found.name, found.group, found.map, found.devices, found.reference, found.x64) == (
        "n",
        "g",
        "pmap",
        8,
        "r",
        True,
    )
    assert found.levels == (Vmap("0", "0", "i", 5, "s"),)
    assert found.cases == (Case("c", in_axes="1"),)
    nested = read(header('[[tool.vmapviz.levels]]\nin_axes = "(None, 0)"\n[[tool.vmapviz.levels]]'))
    assert nested.levels == (Vmap("(None, 0)"), Vmap())


def test_a_plain_file_shows_its_last_function_on_arguments_made_for_it() -> None:
    found = read("def f(x): ...\ndef g(a: 'i32[4]', b): ...\n")
    assert (found.function, found.arguments, found.levels) == ("g", "a=i32[B,4], b=f32[B]", (Vmap(),))
    assert read("def f(x): ...\ndef g(a): ...\n", function="f").arguments == "x=f32[B]"
    assert read("x = 1\n") == Experiment("x = 1\n")
    assert read("f = make()\n", function="f").arguments == ""


def test_the_editor_shows_the_file_without_the_header() -> None:
    assert body(FILE) == SOURCE
    assert body(FILE.replace("\n", "\r\n")) == SOURCE
    assert body("\ufeff" + FILE) == SOURCE
    foreign = '# /// script\n# dependencies = ["jax"]\n# ///\nx = 1\n'
    assert body(foreign) == foreign


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("in_axis = '0'", "The header has a key `in_axis` that vmapviz does not know. Did you mean `in_axes`?"),
        ("zzz = 1", "The header has a key `zzz` that vmapviz does not know."),
        ("in_axes = 0", "The header's `in_axes` should be text in quotes, not a whole number."),
        ("devices = '8'", "The header's `devices` should be a whole number, not text in quotes."),
        ("devices = 0", "The header's `devices` should be a whole number from 1."),
        ("levels = 2", "The header's `levels` should be a list of tables, not a whole number."),
        ("map = 'xmap'", 'The header\'s `map` should be "vmap" or "pmap".'),
        ("[[tool.vmapviz.case]]\nin_axes = '0'", "The header's `case[0]` has no `name`."),
        (
            "[[tool.vmapviz.levels]]\nout_axis = '0'",
            "The header has a key `levels[0].out_axis` that vmapviz does not know. Did you mean `out_axes`?",
        ),
        ("in_axes = '0'\n[[tool.vmapviz.levels]]", "The header has `levels`, so `in_axes` belongs into one of them."),
        ("function = f", "In the header, `function = f` is not TOML: Invalid value."),
    ],
)
def test_a_wrong_header_is_one_clear_sentence(content: str, said: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        read(header(content))
    assert str(caught.value) == said


def test_bytes_that_are_not_utf_8() -> None:
    assert read_bytes(FILE.encode()).source == SOURCE
    with pytest.raises(ExperimentError, match="not UTF-8 text: byte 0xe9 in line 2"):
        read_bytes("x = 1\ny = 'é'".encode("latin-1"))


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_a_gallery_file_is_written_as_it_was_whichever_case_is_picked(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    experiment = read(text, str(path))
    assert write(experiment, text) == text
    for case in experiment.cases:
        assert write(pick(experiment, case.name), text) == text
    assert read(write(experiment), str(path)) == experiment


@pytest.mark.parametrize(
    "text", [FILE, FILE.replace("\n", "\r\n"), "\ufeff" + FILE, SOURCE, HEADER.rstrip(), "", SOURCE + HEADER]
)
def test_opening_and_saving_changes_nothing(text: str) -> None:
    assert write(read(text), text) == text


def test_one_change_is_one_line() -> None:
    experiment = read(FILE)
    changed = replace(experiment, levels=(Vmap("(0, 0)", "0"),), source=SOURCE + "# end\n")
    assert write(changed, FILE) == FILE.replace("(None, 0)", "(0, 0)") + "# end\n"
    assert write(replace(experiment, devices=4), FILE) == FILE.replace("# ///\nx", "# devices = 4\n# ///\nx").replace(
        'out_axes = "0"\n', 'out_axes = "0"\n# devices = 4\n'
    )


def test_a_docstring_before_the_header_stays_there_until_it_is_edited_away() -> None:
    text = '"""Doc."""\n' + HEADER + "\nx = 1\n"
    experiment = read(text)
    assert write(replace(experiment, source=experiment.source + "y = 2\n"), text) == text + "y = 2\n"
    assert write(replace(experiment, source="z = 3\n"), text) == HEADER + "z = 3\n"


def test_a_header_at_the_end_of_a_file_stays_apart_from_what_is_typed_behind_it() -> None:
    text = HEADER.rstrip()
    assert write(replace(read(text), source="x = 1\n"), text) == HEADER + "x = 1\n"


def test_saving_never_adds_a_header_and_saving_something_new_does() -> None:
    experiment = read(SOURCE)
    assert write(replace(experiment, arguments="f32[2]"), SOURCE) == SOURCE
    new = write(experiment)
    assert new.startswith("# /// script\n")
    assert read(new) == experiment
    script = replace(experiment, source="#!/usr/bin/env python\n" + SOURCE)
    assert write(script).startswith("#!/usr/bin/env python\n# /// script\n")
    assert read(write(script)) == script


def test_a_script_block_that_was_typed_takes_the_settings_in() -> None:
    typed = '# /// script\n# dependencies = ["jax", "numpy"]\n# ///\n' + SOURCE
    new = write(Experiment(typed, "matvec", "f32[2]"))
    assert new.startswith(
        '# /// script\n# dependencies = ["jax", "numpy"]\n#\n# [tool.vmapviz]\n# function = "matvec"\n'
    )
    assert read(new) == Experiment(SOURCE, "matvec", "f32[2]")
    assert read(write(Experiment(FILE, "other", "f32[2]"))).function == "other"


def test_a_change_inside_a_case_belongs_to_the_case() -> None:
    text = header(
        "arguments = 'f32[3]'\nin_axes = '0'\n[[tool.vmapviz.case]]\nname = 'a'\nin_axes = '1'\n[[tool.vmapviz.case]]\nname = 'b'"
    )
    picked = pick(read(text), "a")
    saved = read(write(replace(picked, arguments="f32[4]"), text))
    assert (saved.arguments, saved.cases) == ("f32[3]", (Case("a", arguments="f32[4]", in_axes="1"), Case("b")))
    nested = read(write(replace(picked, levels=(Vmap("1"), Vmap())), text))
    assert (nested.levels, nested.cases[0]) == ((Vmap("0"),), Case("a", levels=(Vmap("1"), Vmap())))


def test_levels_come_and_go() -> None:
    experiment = read(FILE)
    two = replace(experiment, levels=(Vmap("0"), Vmap("1", axis_name="i")))
    text = write(two, FILE)
    assert read(text) == two
    assert read(write(experiment, text)) == experiment
    assert read(write(two)) == two


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VMAPS = st.builds(Vmap, NAMES, NAMES, st.none() | NAMES, st.none() | st.integers(1, 9), st.none() | NAMES)


@given(
    st.builds(
        Experiment,
        function=NAMES.filter(bool),
        arguments=NAMES.filter(bool),
        levels=st.lists(VMAPS, min_size=1, max_size=3).map(tuple),
        name=NAMES,
        group=NAMES,
        map=st.sampled_from(["vmap", "pmap"]),
        devices=st.none() | st.integers(1, 9),
        reference=st.none() | NAMES,
        x64=st.booleans(),
    )
)
def test_any_settings_are_read_back_as_they_were_written(experiment: Experiment) -> None:
    whole = replace(experiment, source=SOURCE)
    assert read(write(whole)) == whole
    assert read(write(whole, FILE)) == whole
