import Encoding
import Inbox

/// The manual page vectorspool.yaml(5), in the language of man(7).
struct ManualPage {
    let catalogue: SettingsCatalogue

    private static let width = 100
    private static let introduction = """
        The configuration of `vectorspoold`, which `vectorspool` reads too. It is a YAML file of sections with keys;
        a missing key keeps its default. The option `--config` names the file.

        An unknown key or an invalid value stops the daemon, and the message names the file and the line;
        `vectorspoold --check-config` checks the file without starting the daemon. After an edit, `systemctl reload
        vectorspoold` reads the file again; if it is then invalid, the old settings stay in force.
        """
    private static let environment = """
        A variable overrides its key in the file, and a command-line flag overrides both. A variable that is
        empty counts as not set. Commas separate the patterns of a list.
        """

    private static let foreignNames = """
        What other programs keep beside real files is neither indexed nor moved. `vectorspool status` counts these names,
        and status.json lists them with the pattern. A pattern of `spool.ignore` that begins with an exclamation mark takes
        such a name after all.
        """

    var text: String {
        var lines = [
            ".\\\" Generated from the declarations of the keys (Sources/Settings/Keys) by",
            ".\\\" vectorspoold --print-config manual > etc/man/vectorspool.yaml.5",
            ".TH VECTORSPOOL.YAML 5 \"\" \"VectorSpool\" \"File Formats\"", ".nh", ".ad l",
            ".SH NAME", "vectorspool.yaml \\- the configuration of VectorSpool",
            ".SH DESCRIPTION",
        ]
        lines += body(Self.introduction, between: ".PP")
        lines.append(".SH KEYS")
        for section in catalogue.sectionNames {
            lines.append(".SS \(section)")
            for key in catalogue.keys(of: section) { lines += entry(of: key) }
        }
        lines.append(".SH ENVIRONMENT")
        lines += body(Self.environment, between: ".PP") + [".PP", ".PD 0"]
        let width = 2 + (catalogue.keys.map(\.variable.count).max() ?? 0)
        for (number, key) in catalogue.keys.enumerated() {
            lines += [number == 0 ? ".TP \(width)n" : ".TP", ".B \(Self.roff(key.variable))", Self.roff(key.name)]
        }
        lines += [".PD", ".PP", "Variables that are not keys:"]
        lines += [".TP", ".B \(InstalledFiles.modelVariable)"]
        lines += body("The model folder when neither model.directory nor `--model` names one.", between: ".IP")
        lines += [".TP", ".B \(WeightsCache.variable)"]
        lines += body("The folder for prepared weights.", between: ".IP")
        lines.append(".SH NAMES LEFT ALONE")
        lines += body(Self.foreignNames, between: ".PP")
        for entry in ForeignNames.table {
            let patterns = entry.patterns.map { "`\($0)`" }.joined(separator: " ")
            lines += [".TP", Self.roff(entry.program)]
            // Each pattern gets longer by the requests for bold text.
            lines += body("\(entry.purpose): \(patterns)", between: ".IP", width: 60)
        }
        lines += [".SH FILES", ".TP", ".I /etc/vectorspool.yaml"]
        lines += body(
            "The file of the service. It is installed with every key, its help and its default.", between: ".IP")
        return lines.joined(separator: "\n") + "\n"
    }

    private func entry(of key: SettingsKey) -> [String] {
        var lines = [".TP", "\\fB\(Self.roff(key.name))\\fR"]
        lines += body(key.help, between: ".IP")
        var facts = ["Value: \(key.form.description)", "Default: \(defaultText(of: key))"]
        if key.isFixed { facts.append("A change requires a restart.") }
        if !key.olderNames.isEmpty { facts.append("Older names: \(key.olderNames.joined(separator: ", "))") }
        lines.append(".IP")
        lines += facts.map { FilledText.lines($0, width: Self.width).map(Self.roff) }.joined(separator: [".br"])
        return lines
    }

    private func defaultText(of key: SettingsKey) -> String {
        if let note = key.defaultNote { return note }
        return switch key.defaultText {
        case .one(let text): text
        case .list(let texts): texts.joined(separator: " ")
        }
    }

    /// The lines of a text, with a request between its paragraphs.
    private func body(_ text: String, between: String, width: Int = width) -> [String] {
        let paragraphs = FilledText.paragraphs(text).map { paragraph in
            [Self.roff(FilledText.lines(paragraph, width: width).joined(separator: "\n"))]
        }
        return Array(paragraphs.joined(separator: [between]))
    }

    /// Escapes text for roff, and makes text between backquotes bold.
    private static func roff(_ text: String) -> String {
        var result = ""
        var isBold = false
        for character in text {
            switch character {
            case "`":
                isBold.toggle()
                result += isBold ? "\\fB" : "\\fR"
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "~": result += "\\(ti"
            case "^": result += "\\(ha"
            case "'": result += "\\(aq"
            // A line that begins with a period would be a request.
            case "." where result.isEmpty || result.hasSuffix("\n"): result += "\\&."
            default: result.append(character)
            }
        }
        return result
    }
}
