"""QR codes: an address that a phone reads from a page or from paper (ISO/IEC 18004)."""

from itertools import groupby


def qr_code(address: str) -> dict[str, object]:
    """Return the code of an address: its width in modules, without the quiet zone, and its dark modules as an SVG path."""
    import segno

    # Level M restores 15 %: a sheet of paper gets dirty, and codes stay small.
    rows = segno.make_qr(address, error="m").matrix
    return {"address": address, "size": len(rows), "path": "".join(map(_row, range(len(rows)), rows))}


def _row(y: int, modules: bytearray) -> str:
    """Return the dark runs of a row as rectangles."""
    path, x = "", 0
    for is_dark, run in groupby(modules):
        length = len(list(run))
        if is_dark:
            path += f"M{x} {y}h{length}v1h-{length}z"
        x += length
    return path
