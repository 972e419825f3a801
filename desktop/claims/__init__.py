"""Claims: drafted, signed, and receipts checked. Nothing here touches a network or the store."""
