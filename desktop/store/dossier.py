"""Everything the library holds about one work's claims, in the order it came."""

from __future__ import annotations

from desktop.store.database import Connection


def claims_of_work(connection: Connection, work_id: int) -> list[tuple[int, bytes]]:
    """Return (claim_id, signed bytes), oldest first."""
    rows = connection.execute(
        "SELECT claim_id, document FROM claims WHERE work_id = ? ORDER BY claim_id", (work_id,)
    )
    return [(row["claim_id"], bytes(row["document"])) for row in rows]


def receipts_of_work(connection: Connection, work_id: int) -> list[tuple[int, str, bytes]]:
    """Return (claim_id, registry, document) of every receipt, oldest first."""
    rows = connection.execute(
        "SELECT claims.claim_id, registries.name, receipts.document FROM receipts "
        "JOIN claims USING (claim_id) JOIN registries ON registries.registry_id = "
        "receipts.registry_id WHERE work_id = ? ORDER BY receipt_id",
        (work_id,),
    )
    return [(row["claim_id"], row["name"], bytes(row["document"])) for row in rows]


def answers_of_work(connection: Connection, work_id: int) -> list[tuple[int, str, str, bytes]]:
    """Return (claim_id, registry, kind, document) of what was answered, oldest first."""
    rows = connection.execute(
        "SELECT claims.claim_id, registries.name, answers.kind, answers.document FROM answers "
        "JOIN claims USING (claim_id) JOIN registries ON registries.registry_id = "
        "answers.registry_id WHERE work_id = ? ORDER BY answer_id",
        (work_id,),
    )
    return [(row["claim_id"], row["name"], row["kind"], bytes(row["document"])) for row in rows]


def offers_of_work(connection: Connection, work_id: int) -> list[tuple[str, str, bytes]]:
    """Return (name, title, document): offers that were answered for a work's claims, and more.

    Each offer with its answer and the receipt, oldest first.
    """
    rows = connection.execute(
        "SELECT DISTINCT offers.offer_id, number, registries.name AS registry, "
        "offers.document AS offer, offer_answers.document AS answer, "
        "offer_receipts.document AS receipt FROM offer_answer_claims "
        "JOIN claims USING (claim_id) JOIN offer_answers USING (offer_answer_id) "
        "JOIN offers USING (offer_id) JOIN registries ON registries.registry_id = "
        "offers.registry_id LEFT JOIN offer_receipts USING (offer_answer_id) "
        "WHERE work_id = ? ORDER BY offers.offer_id",
        (work_id,),
    )
    found = []
    for row in rows:
        about = f"offer {row['number']} of {row['registry']}"
        for name, title in (
            ("offer", about.capitalize()),
            ("answer", f"Answer to {about}"),
            ("receipt", f"Receipt for the answer to {about}"),
        ):
            if row[name] is not None:
                found.append((f"{name}-{row['offer_id']}", title, bytes(row[name])))
    return found


def key_notices_of_work(connection: Connection, work_id: int) -> list[tuple[str, bytes]]:
    """Return (kind, document) of what was said of its claimants' keys; of no other identity's."""
    rows = connection.execute(
        "SELECT kind, document FROM key_notices JOIN own_keys USING (did) WHERE party_id IN "
        "(SELECT party_id FROM claims JOIN own_keys USING (did) WHERE work_id = ?) "
        "ORDER BY notice_id",
        (work_id,),
    )
    return [(row["kind"], bytes(row["document"])) for row in rows]


def private_parts(connection: Connection, work_id: int) -> dict[str, bytes]:
    """Return the private parts of a work's claims, by file name."""
    rows = connection.execute(
        "SELECT claim_id, claim_private_parts.document FROM claim_private_parts "
        "JOIN claims USING (claim_id) WHERE work_id = ?",
        (work_id,),
    )
    return {f"claim-{row['claim_id']}.json": bytes(row["document"]) for row in rows}


def timeline(connection: Connection, work_id: int) -> list[tuple[int, str, str]]:
    """Return (UTC seconds, who says so or "" for the user, what happened)."""
    rows = connection.execute(
        """
        SELECT made_s, '', 'The file was fingerprinted: SHA-256 ' || sha256 FROM fingerprints
            WHERE work_id = ?1
        UNION ALL SELECT since_s, '', 'What AI may do, terms ' || terms_id || ': ' || coalesce(
            (SELECT group_concat(key || ' ' || value, ', ') FROM json_each(uses)
                WHERE value <> 'unset'), 'nothing said for everybody')
            || coalesce(', until ' || expires, '') FROM work_terms JOIN terms USING (terms_id)
            WHERE work_id = ?1
        UNION ALL SELECT signed_s, '', 'Claim ' || claim_id || ' was signed: hash ' || claim_hash
            FROM claims WHERE work_id = ?1
        UNION ALL SELECT received_s, registries.name, 'Receipt ' || number || ' for claim '
            || receipts.claim_id FROM receipts JOIN claims USING (claim_id)
            JOIN registries ON registries.registry_id = receipts.registry_id WHERE work_id = ?1
        UNION ALL SELECT events.time_s, registries.name, events.type || ' for claim ' || claim_id
            FROM events JOIN registries USING (registry_id) JOIN claims
            ON claims.claim_hash = json_extract(CAST(events.document AS TEXT), '$.claim_hash')
            WHERE work_id = ?1
        UNION ALL SELECT answers.made_s, '', answers.kind || ' signed about claim ' || claim_id
            FROM answers JOIN claims USING (claim_id) WHERE work_id = ?1
        UNION ALL SELECT offer_answers.made_s, '', 'Offer ' || number || ' of ' || registries.name
            || ' was accepted for claim ' || claim_id FROM offer_answers
            JOIN offer_answer_claims USING (offer_answer_id) JOIN claims USING (claim_id)
            JOIN offers USING (offer_id) JOIN registries ON registries.registry_id =
            offers.registry_id WHERE work_id = ?1
        UNION ALL SELECT received_s, registries.name, 'Has the answer to offer ' || number
            FROM offer_receipts JOIN offer_answers USING (offer_answer_id)
            JOIN offers USING (offer_id) JOIN registries ON registries.registry_id =
            offers.registry_id WHERE offer_answer_id IN (SELECT offer_answer_id
                FROM offer_answer_claims JOIN claims USING (claim_id) WHERE work_id = ?1)
        UNION ALL SELECT form_events.time_s, '', 'Recorded for the form of ' || registries.name
            || ', claim ' || claims.claim_id || ': ' || event
            || coalesce(', number ' || nullif(json_extract(detail, '$.number'), ''), '')
            || coalesce(', ' || json_extract(detail, '$.answer'), '')
            FROM form_events JOIN form_submissions USING (submission_id)
            JOIN registries USING (registry_id) JOIN form_submission_claims USING (submission_id)
            JOIN claims ON claims.claim_id = form_submission_claims.claim_id
            WHERE work_id = ?1 AND (event = 'sent' OR event = 'answered'
                AND ',' || json_extract(detail, '$.works') || ',' LIKE '%,' || ?1 || ',%')
        UNION ALL SELECT kept_s, '', 'Evidence was kept: ' || kind || ', SHA-256 ' || sha256
            FROM evidence WHERE work_id = ?1
        UNION ALL SELECT kept_s, '', 'Split sheet with ' || signatures || ' signatures: SHA-256 '
            || content_hash FROM split_sheets WHERE work_id = ?1
        UNION ALL SELECT kept_s, name, 'Proof of time for the list ' || sha256 || ': ' || said
            FROM timestamp_proofs JOIN timestamps USING (timestamp_id)
            JOIN timestamp_lists USING (list_id) JOIN timestamp_services USING (service_id)
            WHERE list_id IN (SELECT list_id FROM timestamp_list_claims
                JOIN claims USING (claim_id) WHERE work_id = ?1)
        UNION ALL SELECT told_s, '', registries.name || iif(taken, ' was told', ' did not believe')
            || ' that key ' || key_notices.did || ' was '
            || iif(key_notices.kind = 'rotation', 'replaced by ' || new_did, 'revoked')
            FROM key_tellings JOIN key_notices USING (notice_id)
            JOIN registries USING (registry_id)
            WHERE key_notices.did IN (SELECT did FROM claims WHERE work_id = ?1)
        ORDER BY 1
        """,
        (work_id,),
    )
    return [(row[0], row[1], row[2]) for row in rows]
