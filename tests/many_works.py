"""A library of very many works, made by SQL in a second or two; for what has to be fast."""

from __future__ import annotations

from desktop.services import Services

FILES_A_FOLDER = 1000


def fill(services: Services, count: int) -> None:
    """Keep works with a file each in /art/0, /art/1 … of a thousand files; codes are made up."""
    numbered = (
        "WITH RECURSIVE numbered (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbered "
        "WHERE n < ?1) "
    )
    with services.store.write() as tx:
        tx.execute(
            "INSERT INTO fingerprints (fingerprint_id, work_id, kind, mediatype, size_bytes, iscc, "
            "unit_data, unit_instance, units_256, datahash, sha256, md5, made_s) "
            f"{numbered}SELECT n, n, 'image', 'image/png', 1, 'ISCC:' || n, 'GA' || n, 'IA' || n, "
            "'[]', printf('%068x', n), printf('%064x', n), printf('%032x', n), 1 FROM numbered",
            (count,),
        )
        tx.execute(
            "INSERT INTO works (work_id, title, kind, fingerprint_id, added_s) "
            f"{numbered}SELECT n, 'Work ' || n, 'image', n, 1 FROM numbered",
            (count,),
        )
        tx.execute(
            "INSERT INTO files (work_id, fingerprint_id, path, size_bytes, mtime_ns, seen_s) "
            f"{numbered}SELECT n, n, CAST('/art/' || (n / {FILES_A_FOLDER}) || '/' || n || '.png' "
            "AS BLOB), 1, 1, 1 FROM numbered",
            (count,),
        )
