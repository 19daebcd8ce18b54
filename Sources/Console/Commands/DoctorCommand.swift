import ArgumentParser
import Identity
import Indexing
import Ingest
package import Inspection
import Platform
import Settings
import SystemPackage
import Text

/// `vectorspool doctor`: looks for what is wrong with an installation, and says how to mend it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what is wrong with an installation, and how to mend it.",
        discussion: """
            It changes nothing. Run by root or the daemon's user it sees most; 'closed' stands before what you may not see, of \
            which nothing is concluded. Exit code 65 means that something was found.
            """)

    @OptionGroup var daemon: DaemonOption

    @Flag(help: "Print one JSON object for each check.")
    var json = false

    func run() async throws {
        let facts = try await facts()
        var isWell = true
        let style = Style(for: .output)
        for check in DoctorCheck.all {
            let findings = check.judge(facts)
            isWell = isWell && findings.isEmpty
            try StandardStream.output.write(
                json
                    ? check.json(findings, closure: check.closure(facts))
                    : check.text(
                        findings, style, isKnown: facts.configurationError == nil, closure: check.closure(facts)))
        }
        guard isWell else { throw ExitCode(ExitStatus.badData) }
    }

    private func facts() async throws -> DoctorFacts {
        let place: DaemonOption.Place
        do {
            place = try await daemon.place()
        } catch let error as SettingsError {
            var facts = DoctorFacts()
            facts.configurationError = "\(error)"
            return facts
        }
        let indexing = place.settings.ingest.indexing
        let isDefault = indexing.modelDirectory.lastComponent?.string == InstalledFiles.defaultModelName
        let file = daemon.configured.source().file
        var facts = DoctorGathering(
            spool: place.spool, index: indexing.indexDirectory, model: indexing.modelDirectory,
            ranges: indexing.ranges, runtime: place.runtimeDirectory,
            configuration: file,
            owner: file.flatMap { Self.owner(of: $0) },
            published: isDefault ? ModelIdentity.defaultWeights : nil
        ).facts()
        facts.configurationWarnings = place.settings.warnings
        if let running = place.running {
            // It has been started with variables and flags that are not known here.
            facts.indexRefusal = running.page.reloadLater?.first(where: IndexingOptions.keptKeys.contains).map {
                "an index never changes its \($0), and the configuration has another one now"
            }
        } else {
            do throws(IndexingError) { try indexing.checkIndex() } catch { facts.indexRefusal = "\(error)" }
        }
        return facts
    }
}

extension DoctorCommand {
    /// Whom a configuration serves; nil for one of another place.
    private static func owner(of file: FilePath) -> DoctorGathering.ConfigurationOwner? {
        switch file {
        case ConfigurationPlaces.current.machine: .machine
        case ConfigurationPlaces.current.person: .person
        default: nil
        }
    }
}

extension DoctorCheck {
    /// A line for a check that found nothing or could not look, else two for each finding.
    package func text(
        _ findings: [Finding], _ style: Style, isKnown: Bool = true, closure: String? = nil
    ) -> String {
        let title = name + String(repeating: " ", count: max(15 - name.count, 1))
        if findings.isEmpty, isKnown, let closure {
            return style.dressed("closed ", .faint) + title + TerminalText.visible(closure) + "\n"
        }
        guard !findings.isEmpty else {
            return isKnown ? style.dressed("ok     ", .good) + name + "\n" : ""
        }
        return findings.map { finding in
            style.dressed("found  ", .bad) + title + TerminalText.visible(finding.message) + "\n"
                + String(repeating: " ", count: 22) + style.dressed("→ " + TerminalText.visible(finding.mend), .faint)
                + "\n"
        }.joined()
    }

    /// One JSON object and a newline.
    ///
    /// `closed` says why nothing could be concluded, where that is so.
    package func json(_ findings: [Finding], closure: String? = nil) -> String {
        var object = JSONObject()
        object.add("check", name)
        object.add("ok", findings.isEmpty)
        let list = findings.map { finding in
            var entry = JSONObject()
            entry.add("message", finding.message)
            entry.add("mend", finding.mend)
            return entry.text
        }
        if let closure { object.add("closed", closure) }
        object.add("findings", rawJSON: "[" + list.joined(separator: ",") + "]")
        return object.text + "\n"
    }
}
