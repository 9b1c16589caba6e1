"""What the Python of other programs runs is not collected here, where these are not installed."""

collect_ignore = ["record_torch.py", "record_spyx.py"]
