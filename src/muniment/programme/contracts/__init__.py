"""The agreement as a document: plain JSON from which text and machine copy are both made.

    document = {"muniment_agreement": 1, kind, reference, version, programme, institution, lead,
                supervisor, starts_on, ends_on, track, terms, clauses, plan, data, people, security,
                conditions, fees, master, …}

`master` is there in a project annex only: number, signed_on, ends_on, sha256, the clauses that it
covers, which are not among `clauses`, and `prevails`: the clause that says which of the two counts
where they differ, and that as one word, "annex" or "master".

`text.written(document)` is what people read and sign, `odrl.copied(document)` what programs read;
the text quotes the hash of the copy, so that neither can be changed without the other.
"""

from . import odrl, text, wording

__all__ = ["odrl", "text", "wording"]
