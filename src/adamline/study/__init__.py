"""A study: its spec, functions and data joined into a plan, and the plan run."""
