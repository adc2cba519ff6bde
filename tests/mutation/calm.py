"""How tests run against a mutant: the same examples each time, and no deadline."""

import hypothesis

hypothesis.settings.register_profile("calm", deadline=None, max_examples=20, derandomize=True)
hypothesis.settings.load_profile("calm")
