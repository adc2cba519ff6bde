"""How often a value is missing, in bands, from published counts and from nothing else."""

from django.utils.translation import gettext

from muniment.queries.catalogue import cubes

MISSING = "missing"
BANDS = (5, 20, 50)
"""Upper limits in percent; beyond the last, most values are missing."""


def band(cube: cubes.Cube | None, name: str) -> str:
    """One of a few bands; empty where no table of that variable is published.

    A percentage of published numbers says no more than they do; of a hidden one there is none.
    """
    if cube is None:
        return ""
    table = next((each for each in cube.tables if each.variables == (name,)), None)
    total = next((each.cells[()] for each in cube.tables if not each.variables), None)
    if table is None or (MISSING,) not in table.cells:
        return ""
    number = table.cells[MISSING,]
    if number is None or not total:
        return gettext("Too few to show")
    percent = 100 * number // total
    for limit in BANDS:
        if percent < limit:
            return gettext("Under %(n)s percent") % {"n": limit}
    return gettext("%(n)s percent or more") % {"n": BANDS[-1]}
