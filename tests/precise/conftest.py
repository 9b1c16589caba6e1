"""What the Python of another simulator runs is not collected here."""

collect_ignore = ["record_eventax.py"]
