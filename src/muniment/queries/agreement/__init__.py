"""Reads of agreements: who signs, what is open on them, what they say."""
