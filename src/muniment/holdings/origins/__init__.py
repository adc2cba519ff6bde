"""How the shipped tables were made from public sources, so that anyone can make them again.

Needed only by whoever renews the data: `python -m muniment.holdings.origins FOLDER`, where FOLDER
holds the sources named in each holding's SOURCE.md.
"""
