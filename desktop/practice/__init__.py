"""The practice registry: a stranger's server that happens to live here, to learn and test with.

It imports nothing of the app but values, errors, identity and resources.
"""
