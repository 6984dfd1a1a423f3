"""Where a session is and what comes next: pure functions of a version, an arm and a seed."""
