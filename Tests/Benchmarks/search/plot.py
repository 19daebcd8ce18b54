"""Draws the times of a table of searches as horizontal bars, in SVG: no package is needed, and the text can be read in it."""

import html

WIDTH, LABEL, BAR, GAP, GROUP_GAP = 760, 330, 18, 6, 30
# Colours that people with any kind of colour vision tell apart, on white and on black.
OURS, PEER, TEXT = "#2a7ab9", "#a0a0a0", "#777777"


def draw(groups, title):
    """The SVG of groups of searches.

    groups -- (heading, [(name, milliseconds, whether it is ours)]); bars are as long as their part of the longest of the group
    """
    parts, y = [], 24
    parts.append(f'<text x="0" y="14" font-weight="bold">{html.escape(title)}</text>')
    for heading, rows in groups:
        y += GROUP_GAP - GAP
        parts.append(f'<text x="0" y="{y}">{html.escape(heading)}</text>')
        y += GAP + 4
        longest = max(time for _, time, _ in rows)
        for name, time, is_ours in rows:
            length = max((WIDTH - LABEL - 90) * time / longest, 1)
            middle = y + BAR - 5
            weight = ' font-weight="bold"' if is_ours else ""
            parts.append(f'<text x="{LABEL - 8}" y="{middle}" text-anchor="end"{weight}>{html.escape(name)}</text>')
            parts.append(f'<rect x="{LABEL}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{OURS if is_ours else PEER}"/>')
            parts.append(f'<text x="{LABEL + length + 6:.1f}" y="{middle}">{number(time)} ms</text>')
            y += BAR + GAP
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + 6}" font-family="sans-serif" font-size="13" '
            f'fill="{TEXT}">\n' + "\n".join(parts) + "\n</svg>\n")


def number(time):
    return f"{time:,.0f}" if time >= 100 else f"{time:.1f}"
