"""A small file of every kind that the app can read without being told how."""

from __future__ import annotations

import io
from pathlib import Path

import xlsxwriter

DISTROKID = "\n".join(
    "\t".join(cells)
    for cells in (
        ("Reporting Date", "Sale Month", "Store", "Artist", "Title", "ISRC", "UPC", "Quantity",
         "Song/Album", "Country of Sale", "Earnings (USD)"),
        ("2026-03-05", "2026-01", "Spotify", "The Larks", "Über Grün", "DE-A12-26-00001", "77",
         "10", "Song", "US", "0.034567891"),
        ("2026-03-05", "2026-01", "Deezer", "The Larks", "Night", "DEA122600002", "77", "3",
         "Song", "DE", "0.012"),
        ("2026-04-05", "2026-02", "Spotify", "The Larks", "Night", "DEA122600002", "77", "-1",
         "Song", "DE", "-0.5"),
    )
)  # fmt: skip
YOUTUBE = """Adjustment Type,Country,Day,Asset ID,Asset Title,ISRC,Artist,Owned Views,\
Partner Revenue,Tax Withheld
None,PT,20260203,A1,Night,DEA122600002,The Larks,1200,3.141592653589793238,0.5
None,BR,20260204,A2,Morning,,The Larks,7,0.000000000000000001,0
"""
BANDCAMP = """date,item type,item name,artist,currency,quantity,sub total,item total,net amount,\
bandcamp transaction item id,country code
1/31/26 11:59pm,track,Night,The Larks,EUR,1,1.00,1.00,0.85,900001,PT
2/1/26,album,Dawn,The Larks,EUR,2,"1,014.00","1,014.00",861.9,900002,DE
2/2/26,album,Dawn,The Larks,GBP,1,7.00,7.00,5.95,900003,GB
""".replace(" 11:59pm", "")
ALCS = """Author statement,,,,,,
Member,Ana Sousa,,,,,
Statement number,Payment date,Title,ISBN/ISSN,Source,Period of use,Net
S-2026-1,19/03/2026,The Salt Road,978-3-16-148410-0,Photocopying UK,2024,(1.20)
S-2026-1,19/03/2026,The Salt Road,978-3-16-148410-0,Libraries,2024,"1,234.56"
Total,,,,,,"1,233.36"
"""
ROYALTIES = """Title;Artist;ISWC;Period;Territory;Units;Net;Currency;Fee
Night;The Larks;T-034.524.680-1;2026-Q1;PT;10;12.50;EUR;1.25
Dawn;The Larks;;2026-Q1;PT;1;0.10;EUR;0.01
Night;The Larks;T-034.524.680-1;2026-Q1;JP;1;100;JPY;0
"""
DSR = "\n".join(
    "\t".join(cells)
    for cells in (
        ("HEAD", "dsrf/1.2/1.4/1.2", "UgcProfile", "1.2", "M1", "2026-04-10T10:00:00Z", "1", "1",
         "2026-01-01", "2026-03-31", "PADPIDA1", "Streamer", "Music", "PADPIDA2", "Ana", ""),
        ("SY02.02", "S1", "", "", "SubscriptionModel", "OnDemandStream", "PT", "Music", "94", "5",
         "EUR", "1000", "Ana", "", "94", "1.3125", "2000", "MechanicalRight", "Music"),
        ("SY02.02", "S2", "", "", "SubscriptionModel", "OnDemandStream", "DE", "Music", "10", "5",
         "EUR", "1000", "Ana", "", "10", "0.125", "200", "MechanicalRight", "Music"),
        ("AS01.01", "B1", "R1", "D1", "DEA122600002", "Night", "", "The Larks", "", "PT3M",
         "SoundRecording"),
        ("SU03.02", "B1", "T1", "S1", "D1", "90", "500"),
        ("LI01.02", "B1", "", "Ana", "", "", "50", "MechanicalRight", "400", "1.25", "90"),
        ("SU03.02", "B1", "T2", "S2", "D1", "10", "50"),
        ("LI01.02", "B1", "", "Ana", "", "", "50", "MechanicalRight", "40", "0.125", "10"),
        ("AS01.01", "B2", "R1", "D2", "DEA122600001", "Über Grün", "", "The Larks", "", "PT2M",
         "SoundRecording"),
        ("SU03.02", "B2", "T3", "S1", "D2", "4", "2"),
        ("LI01.02", "B2", "", "Ana", "", "", "50", "MechanicalRight", "1", "0.0625", "4"),
        ("FOOT", "12", "12", "2", "2", "2"),
    )
)  # fmt: skip
KDP_HEADER = (
    "Royalty Date", "Title", "Author Name", "ASIN/ISBN", "Marketplace", "Royalty Type",
    "Transaction Type", "Units Sold", "Net Units Sold", "Royalty", "Currency",
)  # fmt: skip
KDP = (
    ("2026-02-28", "The Salt Road", "Ana Sousa", "B0ABCDEFGH", "Amazon.de", "70%", "Standard", 1,
     1, 2.37, "EUR"),
    ("2026-02-27", "The Salt Road", "Ana Sousa", "B0ABCDEFGH", "Amazon.com", "70%", "Standard", 2,
     2, 4.5, "USD"),
)  # fmt: skip


def kdp_workbook() -> bytes:
    """Return a workbook whose first sheet is of no use, and whose second has the royalties."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        book.add_worksheet("Summary").write_row(0, 0, ("Hello", "there"))
        sheet = book.add_worksheet("Combined Sales")
        for number, row in enumerate((KDP_HEADER, *KDP)):
            sheet.write_row(number, 0, row)
    return packed.getvalue()


def write_all(folder: Path) -> list[Path]:
    """Write a file of each kind; returns them in the order of their names."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "alcs.csv": ALCS.encode("cp1252"),
        "bandcamp.csv": BANDCAMP.encode("utf-16"),
        "distrokid.tsv": DISTROKID.encode(),
        "dsr.tsv": DSR.encode(),
        "kdp.xlsx": kdp_workbook(),
        "royalties.csv": ROYALTIES.encode("utf-8-sig"),
        "youtube.csv": YOUTUBE.encode("utf-16-le"),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return sorted(folder.iterdir())
