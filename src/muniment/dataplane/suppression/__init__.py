"""Statistical disclosure control on tables of cells: no engine, no files, no holding.

`frame` says how cells add up, `problem` what must stay secret, `secondary` what to hide for it and
`audit` proves that it is enough.
"""
