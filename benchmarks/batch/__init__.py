"""The batch job under load: speed, soak, planner."""
