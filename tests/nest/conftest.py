"""What NEST's Python runs is not collected here, where there is no NEST."""

collect_ignore = ["record.py", "record_precise.py"]
