"""How fast the product is, always beside a bare floor in the same run. No test asserts a time."""
