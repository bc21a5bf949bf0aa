"""Where a cell of a result comes from: the cells of the operands it depends on, by the meaning of the primitive."""

from vmapviz.model.depends.cells import Case as Case
from vmapviz.model.depends.cells import Cells as Cells
from vmapviz.model.depends.cells import Index as Index
from vmapviz.model.depends.cells import Look as Look
from vmapviz.model.depends.cells import Sources as Sources
from vmapviz.model.depends.cells import look_at as look_at
from vmapviz.model.depends.table import DEPENDS as DEPENDS
from vmapviz.model.depends.table import sources as sources
from vmapviz.model.depends.table import through as through
from vmapviz.model.depends.table import turn_before as turn_before
from vmapviz.model.depends.table import turns_made as turns_made
