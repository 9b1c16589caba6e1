"""The imperative surface: `Network`, its handles, and ANNarchy's module-level functions on a default network."""
