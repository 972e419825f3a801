"""Lists of works that settlement administrators, registries and others publish."""
