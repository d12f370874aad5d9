"""Jobs whose health is bad."""

JOBS = {"health": lambda a: {"ok": False}}
