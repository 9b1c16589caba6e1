"""jaxsnn."""
