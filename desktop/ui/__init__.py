"""The window. Nothing else in the app imports Qt; what it shows comes from flows and the store."""
