"""Questions before a request: asked by anyone, worked on by the office, letters checked."""
