"""Forms that others want filled in: their descriptions, the filling of rows, the sheets."""
