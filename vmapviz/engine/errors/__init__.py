"""Errors in plain words: what happened, where, and what to try, from the exception and what it says."""

from vmapviz.engine.errors.table import ERRORS as ERRORS
from vmapviz.engine.errors.table import Row as Row
from vmapviz.engine.errors.table import arguments_of as arguments_of
from vmapviz.engine.errors.table import explain as explain
