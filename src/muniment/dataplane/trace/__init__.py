"""Where does this file come from? What is kept of each release to answer, and the answer.

`sketch` is written beside the receipt of a build; `match` reads a file found somewhere and says
*exact release*, *candidate set* or *cannot tell*, with an error rate (`privacy.md` A14).
"""
