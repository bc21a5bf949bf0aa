"""The call that is being explained: `vmap(layer, in_axes=(None, 0, None), out_axes=1)`."""

from __future__ import annotations

import msgspec

from vmapviz.model.axes import parse
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.expressions import Token, tokens
from vmapviz.model.problem import Problem


class Span(msgspec.Struct, frozen=True):
    """A piece of the call; `level` is that of the vmap whose axis it is, from 0, or None."""

    text: str
    level: int | None = None


def call_text(experiment: Experiment) -> str:
    """The call in one text; "" before there is a function."""
    return "".join(span.text for span in call_spans(experiment))


def timed_call(experiment: Experiment) -> str:
    """The call with what it is given: "vmap(layer, in_axes=(None, 0))(W=f32[64,64], x=f32[5,64])"."""
    return f"{call_text(experiment)}({experiment.arguments})"


def call_spans(experiment: Experiment) -> tuple[Span, ...]:
    """The call as pieces; the numbers of mapped axes are pieces of their own. None before there is a function."""
    if not experiment.function:
        return ()
    spans: tuple[Span, ...] = (Span(experiment.function),)
    nested = len(experiment.levels) > 1
    for level, settings in enumerate(experiment.levels):
        last = level == len(experiment.levels) - 1
        name = experiment.map if last else "vmap"
        spans = (Span(f"{name}("), *spans, *_settings(settings, level, nested), Span(")"))
    return _joined(spans)


def _settings(settings: Vmap, level: int, nested: bool) -> tuple[Span, ...]:
    """The axes, by name in a call alone and by place in nested ones; defaults other than in_axes stay unsaid."""
    spans = [Span(", " if nested else ", in_axes="), *_axes(settings.in_axes, level)]
    if settings.out_axes.strip() != "0":
        spans += [Span(", " if nested else ", out_axes="), *_axes(settings.out_axes, level)]
    for key in ("axis_name", "axis_size", "spmd_axis_name"):
        if (value := getattr(settings, key)) is not None:
            spans.append(Span(f", {key}={value!r}"))
    return tuple(spans)


def _axes(text: str, level: int) -> list[Span]:
    """The text of axes on one line; numbers count as axes when all of it is axes."""
    found = tokens(text)
    if not found or isinstance(parse(text), Problem):
        return [Span(" ".join(text.split()))]
    spans: list[Span] = []
    end = found[0].start
    for token, after in zip(found, (*found[1:], None), strict=True):
        spans.append(Span(" " * (token.start > end)))
        spans.append(Span(token.text, level if _is_axis(token, after) else None))
        end = token.end
    return spans


def _is_axis(token: Token, after: Token | None) -> bool:
    """Whether a token is the number of an axis, or its sign, and not the key of a dict."""
    number = token.text.isdigit() or (token.text == "-" and after is not None and after.text.isdigit())
    return number and not (after is not None and after.text == ":")


def _joined(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    found: list[Span] = []
    for span in spans:
        if found and found[-1].level == span.level:
            found[-1] = Span(found[-1].text + span.text, span.level)
        elif span.text:
            found.append(span)
    return tuple(found)
