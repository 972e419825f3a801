"""When a registry asked for peace, beside until when: a clock that is set back ends the wait.

quiet_from_s, tried_s: UTC seconds by this computer's clock when that was heard, or tried.
"""

SCHEMA_0027 = """
ALTER TABLE registries ADD COLUMN quiet_from_s INTEGER NOT NULL DEFAULT 0;;
ALTER TABLE outbox ADD COLUMN tried_s INTEGER NOT NULL DEFAULT 0;;
"""
