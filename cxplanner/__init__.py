"""Customer-experience strategies that measure themselves."""
