"""What was asked for and what a holding is, as frozen values: no engine, no framework, no network.

Every ring may import this package, so it needs the standard library and `rfc8785` only.
"""
