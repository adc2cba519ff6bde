"""How alone units are in a release, what is done about it, and what is told of it.

`limit` treats a release until k holds; `ladder`, `lattice`, `generalize` and `partition` are its
coarser values, `baseline` its blanking, `course` what it does about events. `figures`, `diversity`,
`joins` and `report` measure; nothing else in the data plane does.
"""
