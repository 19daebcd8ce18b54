package import Foundation

/// A time that somebody names, with the span that it covers: a day, a minute, or the instant some days ago.
package struct Moment: Sendable, Equatable {
    /// The nanoseconds since 1970 that it covers; those of an instant are one.
    package let span: Range<Int64>

    /// Reads `2026`, `2026-01`, `2026-01-31`, `2026-01-31T10:00` or `2026-01-31T10:00:30`, with `Z` or `+01:00` behind a time of
    /// day, `today` or `yesterday`, or how long ago: `12h`, `7d`, `2w`; nil for anything else.
    ///
    /// - Parameters:
    ///   - text: what was typed.
    ///   - now: the present, for times ago.
    ///   - zone: the time zone of what names none.
    package init?(parsing text: String, now: Date = Date(), zone: TimeZone = .current) {
        if let instant = Self.ago(text, now) {
            span = instant..<(instant < Int64.max ? instant + 1 : instant)
            return
        }
        guard let interval = Self.day(text, now, zone) ?? Self.interval(text, zone) else { return nil }
        span = Self.nanoseconds(interval.start)..<Self.nanoseconds(interval.end)
    }

    /// The day that a word names.
    private static func day(_ text: String, _ now: Date, _ zone: TimeZone) -> DateInterval? {
        let before = ["today": 0, "yesterday": 1]
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return before[text].flatMap { calendar.date(byAdding: .day, value: -$0, to: now) }
            .flatMap { calendar.dateInterval(of: .day, for: $0) }
    }

    private static func ago(_ text: String, _ now: Date) -> Int64? {
        let seconds: [Character: Double] = ["h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ seconds[$0] }), let count = number(text.dropLast(), digits: 1...6) else {
            return nil
        }
        return nanoseconds(now.addingTimeInterval(-Double(count) * unit))
    }

    private static func interval(_ text: String, _ zone: TimeZone) -> DateInterval? {
        var text = text[...]
        var zone = zone
        var time: [Int] = []
        if let mark = text.firstIndex(where: { $0 == "T" || $0 == " " }) {
            var clock = text[text.index(after: mark)...]
            if clock.hasSuffix("Z") {
                zone = .gmt
                clock.removeLast()
            } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
                guard let offset = numbers(clock[clock.index(after: sign)...], ":", [2, 2], least: 2),
                    let named = TimeZone(secondsFromGMT: (offset[0] * 60 + offset[1]) * (clock[sign] == "-" ? -60 : 60))
                else { return nil }
                zone = named
                clock = clock[..<sign]
            }
            guard let parts = numbers(clock, ":", [2, 2, 2], least: 2), parts[0] < 24, parts[1] < 60,
                parts.count < 3 || parts[2] < 60
            else { return nil }
            time = parts
            text = text[..<mark]
        }
        guard let date = numbers(text, "-", [4, 2, 2], least: time.isEmpty ? 1 : 3) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let all = date + Array(repeating: 1, count: 3 - date.count) + time
        let components = DateComponents(
            year: all[0], month: all[1], day: all[2], hour: time.first ?? 0, minute: time.dropFirst().first ?? 0,
            second: time.dropFirst(2).first ?? 0)
        guard (1...12).contains(all[1]), all[2] >= 1, let start = calendar.date(from: components),
            calendar.component(.day, from: start) == all[2], calendar.component(.month, from: start) == all[1]
        else { return nil }
        let unit: Calendar.Component =
            switch (date.count, time.count) {
            case (1, _): .year
            case (2, _): .month
            case (_, 0): .day
            case (_, 2): .minute
            default: .second
            }
        guard let end = calendar.date(byAdding: unit, value: 1, to: start), start < end else { return nil }
        return DateInterval(start: start, end: end)
    }

    /// Numbers of so many digits each, between separators.
    private static func numbers(_ text: Substring, _ separator: Character, _ digits: [Int], least: Int) -> [Int]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard (least...digits.count).contains(parts.count) else { return nil }
        let numbers = zip(parts, digits).compactMap { number($0, digits: $1...$1) }
        return numbers.count == parts.count ? numbers : nil
    }

    private static func number(_ text: some StringProtocol, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    /// Nanoseconds since 1970, or the nearest that fit.
    private static func nanoseconds(_ date: Date) -> Int64 {
        let seconds = date.timeIntervalSince1970
        guard let whole = Int64(exactly: seconds.rounded(.down)) else { return seconds < 0 ? .min : .max }
        let (product, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : product
    }
}
