"""The folder a recipient gets: tables twice (Parquet, CSV), codebook, README, licence, descriptor.

Written from what is released, never from what is held: codebooks list declared codes and banded
missingness, no observed extremes and no rare values (`privacy.md` A5).
"""
