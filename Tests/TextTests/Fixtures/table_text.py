"""The notation of the generated tables of code points, which `TableText` in Sources/Text/Unicode reads."""


def number(value):
    return format(value, "x")


def runs(numbers):
    """Numbers as words, where "v*n" repeats v n times."""
    words, at = [], 0
    while at < len(numbers):
        end = at
        while end < len(numbers) and numbers[end] == numbers[at]:
            end += 1
        words.append(number(numbers[at]) + ("*" + number(end - at) if end - at > 1 else ""))
        at = end
    return words


def fold_words(folds):
    """Two lists of code points for each code point, as "+distance:first:second"."""
    words, before = [], 0
    for c in sorted(folds):
        fields = (".".join(map(number, part)) for part in folds[c])
        words.append(f"+{number(c - before)}:" + ":".join(fields))
        before = c
    return words


def literal(name, comment, words):
    """A Swift constant of text, in lines of 120 columns at most."""
    rows, row = [], ""
    for word in words:
        if len(row) + len(word) > 108:
            rows.append(row)
            row = ""
        row += (" " if row else "") + word
    rows.append(row)
    body = "\n".join("        " + row for row in rows)
    return f'    /// {comment}\n    static let {name} = """\n{body}\n        """\n'
