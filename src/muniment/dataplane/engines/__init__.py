"""Engines run what `compile` wrote. Each is one module with `open`, `answer` and nothing clever."""
