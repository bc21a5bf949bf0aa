"""The script block of a file is found as PEP 723 says, and changed without harm to what others wrote in it."""

from __future__ import annotations

import pytest

from vmapviz.model.header import ExperimentError, changed, cut, fresh, items, settings

BLOCK = """# /// script
# requires-python = ">=3.11"  # ours
# dependencies = [
#   "jax",
# ]
# [tool.vmapviz]
# function = "f"     # the one
# in_axes = '''(None,
# 0)'''
#
# # two of them
# [[tool.vmapviz.case]]
# name = "a"  # first
# [[tool.vmapviz.case.levels]]
# in_axes = "0"
# [[tool.vmapviz.case]]
# name = "b"
# [tool.other]
# in_axes = "mine"
# ///"""
TABLE = {"function": "f", "in_axes": "(None,\n0)", "case": [{"name": "a", "levels": [{"in_axes": "0"}]}, {"name": "b"}]}


@pytest.mark.parametrize(
    ("text", "before", "gap", "after"),
    [
        (f"{BLOCK}\nx = 1\n", "", "\n", "x = 1\n"),
        (f"{BLOCK}\n\nx = 1\n", "", "\n\n", "x = 1\n"),
        (f'"""Doc."""\n{BLOCK}\n\nx = 1\n', '"""Doc."""\n', "\n", "\nx = 1\n"),
        (f'"""Doc."""\n\n{BLOCK}\n\nx = 1\n', '"""Doc."""\n\n', "\n\n", "x = 1\n"),
        (f"x = 1\n{BLOCK}", "x = 1\n", "", ""),
    ],
)
def test_a_file_is_cut_at_its_block(text: str, before: str, gap: str, after: str) -> None:
    parted = cut(text)
    assert parted == (before, BLOCK, gap, after)
    assert parted.body == before + after


def test_a_file_without_a_block_is_all_body() -> None:
    other = "# /// other\n# a = 1\n# ///\nx = 1"
    assert cut(other) == ("", "", "", other)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{BLOCK}\nx = 1\n{BLOCK}\n", "two `# /// script` blocks"),
        ("# /// script\n# a = 1\nx = 1\n", "does not end"),
    ],
)
def test_blocks_that_are_not_allowed(text: str, said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        cut(text)


def test_settings_are_the_table_of_vmapviz() -> None:
    assert settings(BLOCK) == TABLE
    assert settings('# /// script\n# dependencies = ["jax"]\n# ///') is None
    assert settings("# /// script\n# tool = 3\n# ///") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("function = matvec", "In the header, `function = matvec` is not TOML: Invalid value."),
        ("a = '''", "The header is not TOML: "),
        ("[tool]\n# vmapviz = 3", "should be a table"),
    ],
)
def test_bad_headers_quote_the_line(content: str, said: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        settings(f"# /// script\n# {content}\n# ///")
    assert said in str(caught.value)


def test_the_groups_of_lines_are_the_lines() -> None:
    lines = BLOCK.split("\n")[1:-1]
    assert [line for item in items(lines) for line in item.lines] == lines
    places = [item.table for item in items(lines) if item.opens]
    case = ("tool", "vmapviz", "case")
    assert places == [("tool", "vmapviz"), (*case, 0), (*case, 0, "levels", 0), (*case, 1), ("tool", "other")]


def test_tables_inside_the_next_table_are_counted_anew() -> None:
    level = "# [[tool.vmapviz.case.levels]]\n# in_axes = '0'\n"
    block = f"# /// script\n# [[tool.vmapviz.case]]\n# name = 'a'\n{level}{level}# [[tool.vmapviz.case]]\n# name = 'b'\n{level}# ///"
    places = [item.table[3:] for item in items(block.split("\n")[1:-1]) if item.opens]
    assert places == [(0,), (0, "levels", 0), (0, "levels", 1), (1,), (1, "levels", 0)]
    table = settings(block)
    assert table is not None
    table["case"][1]["levels"][0]["in_axes"] = "1"
    assert changed(block, table) == "1".join(block.rsplit("'0'", 1)).replace("= 1\n", '= "1"\n')


def test_saying_the_same_changes_nothing() -> None:
    assert changed(BLOCK, TABLE) == BLOCK


def test_a_change_is_one_line_and_its_comment_stays() -> None:
    assert changed(BLOCK, {**TABLE, "function": "g"}) == BLOCK.replace('"f"     # the one', '"g"     # the one')
    fewer = {key: value for key, value in TABLE.items() if key != "in_axes"}
    assert changed(BLOCK, fewer) == BLOCK.replace("# in_axes = '''(None,\n# 0)'''\n", "")
    one_line = BLOCK.replace("# in_axes = '''(None,\n# 0)'''", '# in_axes = "1"')
    assert changed(BLOCK, {**TABLE, "in_axes": "1"}) == one_line
    assert changed(BLOCK, {**TABLE, "devices": 3}) == BLOCK.replace("# 0)'''\n", "# 0)'''\n# devices = 3\n")


def test_a_hash_inside_a_text_is_no_comment() -> None:
    block = '# /// script\n# [tool.vmapviz]\n# arguments = "x # y"\n# ///'
    assert changed(block, {"arguments": "z"}) == block.replace("x # y", "z")


def test_tables_in_arrays_change_in_place() -> None:
    case = [{"name": "a", "levels": [{"in_axes": "1"}, {"in_axes": "2"}]}, {"name": "c"}]
    expected = BLOCK.replace(
        'levels]]\n# in_axes = "0"\n', 'levels]]\n# in_axes = "1"\n# [[tool.vmapviz.case.levels]]\n# in_axes = "2"\n'
    )
    assert changed(BLOCK, {**TABLE, "case": case}) == expected.replace('name = "b"', 'name = "c"')
    fewer = changed(BLOCK, {**TABLE, "case": [{"name": "a"}]})
    assert fewer == BLOCK.replace(
        '# [[tool.vmapviz.case.levels]]\n# in_axes = "0"\n# [[tool.vmapviz.case]]\n# name = "b"\n', ""
    )
    none = {key: value for key, value in TABLE.items() if key != "case"}
    assert settings(changed(BLOCK, none)) == none


def test_new_tables_in_an_array_come_after_all_others_of_vmapviz() -> None:
    more = changed(BLOCK, {**TABLE, "levels": [{"in_axes": "0"}, {"out_axes": "1"}]})
    assert (
        '# name = "b"\n# [[tool.vmapviz.levels]]\n# in_axes = "0"\n# [[tool.vmapviz.levels]]\n# out_axes = "1"\n# [tool.other]'
        in more
    )


def test_a_table_written_otherwise_is_not_touched() -> None:
    block = '# /// script\n# [tool]\n# vmapviz = {function = "f"}\n# ///'
    assert changed(block, {"function": "f"}) == block
    with pytest.raises(ExperimentError, match="table of its own"):
        changed(block, {"function": "g"})


def test_a_fresh_block_says_what_it_should() -> None:
    assert settings(fresh({"function": "f", "case": [{"name": "a"}]})) == {"function": "f", "case": [{"name": "a"}]}
    assert fresh({}).startswith('# /// script\n# dependencies = ["jax"]\n')
