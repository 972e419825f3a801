"""Keys, DIDs and signatures. Secrets stay in here: never in the store, a log or stdout."""
