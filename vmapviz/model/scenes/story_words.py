"""What the storyboard says: one sentence per keyframe, and the notes below the arrays."""

from __future__ import annotations

from collections.abc import Sequence

from vmapviz.model.scenes.arrays import Drawn
from vmapviz.model.scenes.parts import Part, Story
from vmapviz.model.scenes.scene import Item, Text
from vmapviz.model.scenes.stage import box_of
from vmapviz.model.scenes.subject import kind
from vmapviz.model.values import Result

MOST_NAMES = 3


def listed(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """Names in a sentence: "a", "a and b", "a, b and 3 more"."""
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def more(count: int, parts: Sequence[Drawn]) -> list[Item]:
    """The words behind a row that shows only the first of many."""
    if count <= 0 or not parts:
        return []
    return [Text(box_of(parts)[2] + 24, 4, f"… and {count} more", "ink3", 12, key=f"{count} more")]


def axes_note(story: Story, part: Part, word: str) -> tuple[str, ...]:
    """The type of a whole argument or result and its batch axis; of several vmaps its batch axes, outermost last.

    `word` is the setting that says it of one vmap. Each of several counts in what it gets itself, so that their numbers differ.
    """
    own, axes = kind(part.all, part.all_name), [str(dim) for dim in part.levels if dim is not None]
    said = f"batch {'axis' if len(axes) == 1 else 'axes'} {', '.join(axes)}" if axes else "shared by all"
    if len(part.levels) < 2:
        said = f"{word} {part.levels[0] if part.levels else None}"
    return (f"{own}, {said}",) if story.flat else (own, said)


def captions(story: Story) -> list[str]:
    """One sentence per keyframe."""
    count = story.subject.count
    shared = [part.label for part in story.args if part.shared]
    split = [part.label for part in story.args if not part.shared]
    one = f"What {story.name} {'sees' if count else 'would see of an example'}: no batch axis at all."
    every = f"All {count} examples at once, in one call."
    if count < 2:
        every = "The one example, in one call." if count else "There is no example: the call gives an empty result."
    if shared and len(story.args) > 1:
        every += f" {listed(shared)} {_is(shared, 'is', 'are')} read by every one."
    return [_inputs(story, shared), _split(split, shared), one, every, _stack(story), _end(story)]


def examples(count: int) -> str:
    """How many: "1 example", "5 examples"."""
    return f"{count} example{'' if count == 1 else 's'}"


def _is(names: Sequence[str], one: str, many: str) -> str:
    return one if len(names) == 1 else many


def _inputs(story: Story, shared: list[str]) -> str:
    sentences = [f"{listed(shared)} {_is(shared, 'is', 'are')} shared."] if shared else []
    if shared and len(shared) == len(story.args):
        return f"{listed(shared)} {_is(shared, 'is', 'are')} shared by all {examples(story.subject.count)}."
    along: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for number, level in enumerate(story.subject.trace.levels):
        axes: dict[int, list[str]] = {}
        for part in story.args:
            dim = part.levels[number] if number < len(part.levels) else None
            if dim is not None:
                axes.setdefault(dim, []).append(part.label)
        for dim, names in axes.items():
            along.setdefault(tuple(names), []).append((level.size, dim))
    for named, ((size, dim), *more) in along.items():
        rows = [f"{examples(size)} along axis {dim}", *(f"{size} along axis {dim}" for size, dim in more)]
        sentences.append(f"{listed(named)} {_is(named, 'has', 'have')} {listed(rows, len(rows))}.")
    return " ".join(sentences)


def _split(split: list[str], shared: list[str]) -> str:
    if not split:
        return "Nothing comes apart: every example gets the same arguments."
    stays = f" {listed(shared)} {_is(shared, 'stays one array', 'stay as they are')}." if shared else ""
    return f"{listed(split)} {_is(split, 'comes', 'come')} apart into examples.{stays}"


def _stack(story: Story) -> str:
    dims = {part.levels for part in story.outs}
    if all(part.shared for part in story.outs):
        return "Every example gives the same: nothing to stack."
    if len(dims) > 1:
        return "Each result is stacked along its own out_axes."
    axes = next(iter(dims))
    if len(axes) == 1:
        place = "first" if axes[0] == 0 else f"to axis {axes[0]}"
        return f"out_axes {axes[0]}: the examples go {place}."
    if len(axes) == 2:
        return f"The inner examples go to axis {axes[0]}, the outer ones to axis {axes[1]}."
    return (
        f"The examples go to axes {listed([str(axis) for axis in axes], len(axes))}, those of the innermost vmap first."
    )


def _end(story: Story) -> str:
    count, arrays = story.subject.count, _arrays(len(story.outs))
    if count == 0:
        return f"No example, so no answer: the batch axis has size 0 in {arrays}."
    if story.result is not None and story.result.checks:
        return compared(story.result)
    whose = f"all {count} examples" if count > 1 else "the one example"
    return f"The answers of {whose}, in {arrays}{'' if story.result else '; not computed yet'}."


def compared(result: Result) -> str:
    """What the first check of a result says of it."""
    check = result.checks[0]
    count, wrong = len(check.examples), check.same.count(False)
    other = "the loop" if check.against == "loop" else check.against
    if wrong:
        return f"{wrong} of {count} examples differ from {other}."
    arrays = _arrays(len(result.leaves))
    if count < check.of:
        return f"The same answers as {other} for the {count} of {check.of} examples that were compared, in {arrays}."
    return f"The same {'answer' if count == 1 else f'{count} answers'} as {other}, in {arrays}."


def _arrays(count: int) -> str:
    return "one array" if count == 1 else f"{count} arrays"
