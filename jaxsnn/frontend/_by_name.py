"""Attributes of a handle by their names."""

from typing import Any


class ByName:
    """A handle whose attributes can be read and assigned by name."""

    def get(self, name: str) -> Any:
        """Return the value of an attribute."""
        return getattr(self, name)

    def set(self, values: dict[str, Any]) -> None:
        """Assign several attributes."""
        for name, value in values.items():
            setattr(self, name, value)
