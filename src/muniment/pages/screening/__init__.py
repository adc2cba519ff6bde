"""The three gates before merit, as tabs of a request: completeness, availability, policy."""
