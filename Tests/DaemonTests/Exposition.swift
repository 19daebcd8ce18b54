/// A checker of Prometheus' text format 0.0.4, as far as pages without foreign labels need it.
///
/// It stands in for `promtool check metrics`, which a clone need not have.
enum Exposition {
    private struct Family {
        var kind = ""
        var hasHelp = false
        var samples: [(label: String, value: Double)] = []
    }

    /// What is wrong with a page, one line each.
    static func faults(in page: String) -> [String] {
        var faults: [String] = []
        var families: [String: Family] = [:]
        if !page.hasSuffix("\n") { faults.append("the last line has no line feed") }
        for line in page.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP "), words.count == 4 {
                families[words[2], default: Family()].hasHelp = true
            } else if line.hasPrefix("# TYPE "), words.count == 4 {
                if !(families[words[2]]?.samples.isEmpty ?? true) { faults.append("type after sample: \(line)") }
                families[words[2], default: Family()].kind = words[3]
            } else if words.count == 2, let value = Double(words[1]) {
                let name = String(words[0].prefix { $0 != "{" })
                let family = family(of: name, in: families)
                guard families[family] != nil else {
                    faults.append("no type: \(line)")
                    continue
                }
                if families[family]?.samples.contains(where: { $0.label == words[0] }) ?? false {
                    faults.append("twice: \(line)")
                }
                families[family]?.samples.append((words[0], value))
            } else {
                faults.append("not a line of this format: \(line)")
            }
        }
        return faults + families.flatMap { Self.faults(of: $0, $1) }
    }

    private static func family(of name: String, in families: [String: Family]) -> String {
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
            let stem = String(name.dropLast(suffix.count))
            if families[stem]?.kind == "histogram" { return stem }
        }
        return name
    }

    private static func faults(of name: String, _ family: Family) -> [String] {
        var faults: [String] = []
        let isName =
            name.first.map { $0.isLetter || $0 == "_" || $0 == ":" } ?? false
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
            }
        if !isName { faults.append("not a name: \(name)") }
        if !family.hasHelp { faults.append("no help: \(name)") }
        if family.samples.isEmpty { faults.append("no sample: \(name)") }
        switch family.kind {
        case "counter":
            if !name.hasSuffix("_total") { faults.append("a counter ends in _total: \(name)") }
        case "gauge":
            if name.hasSuffix("_total") { faults.append("a gauge does not end in _total: \(name)") }
        case "histogram":
            let buckets = family.samples.filter { $0.label.hasPrefix(name + "_bucket{le=") }.map(\.value)
            if zip(buckets, buckets.dropFirst()).contains(where: { $0 > $1 }) {
                faults.append("not cumulative: \(name)")
            }
            let last = family.samples.first { $0.label == name + "_bucket{le=\"+Inf\"}" }?.value
            let count = family.samples.first { $0.label == name + "_count" }?.value
            if last == nil || last != count { faults.append("+Inf is not the count: \(name)") }
            if !family.samples.contains(where: { $0.label == name + "_sum" }) { faults.append("no sum: \(name)") }
        default: faults.append("no kind: \(name)")
        }
        return faults
    }
}
