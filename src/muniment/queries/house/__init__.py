"""What the office looks after beside its requests: settings, and requests that came twice."""
