import ArgumentParser
import Encoding
import Indexing
import Ingest
import Platform
import Settings
import Spool
import SystemPackage
import Text

/// `vectorspool init`: sets up a spool and an index for one person.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Set up a spool and an index of your own, for the service of your session.",
        discussion: """
            It writes vectorspool.yaml in $XDG_CONFIG_HOME or ~/.config, makes the spool with its inbox, and says what \
            to do next. What exists stays as it is, so the command may be repeated.
            """)

    @Option(
        help: ArgumentHelp(
            "The spool, whose folder inbox takes your files.",
            discussion: "Default: vectorspool in $XDG_DATA_HOME or ~/.local/share.", valueName: "folder"))
    var spool: FilePath?

    @Option(
        help: ArgumentHelp(
            "The folder of the sentence-transformers model.",
            discussion: "Default: the installed \(InstalledFiles.defaultModelName).", valueName: "folder"))
    var model: FilePath?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        for path in [spool, model].compactMap(\.self) { _ = try Self.checked(path) }
        let places = ConfigurationPlaces.current
        guard let file = places.person else {
            throw SettingsError(
                .configuration, "there is no place for your configuration: set HOME, or XDG_CONFIG_HOME to a whole path"
            )
        }
        let isNew = try write(file)
        // The service of the session sees no variables of this shell.
        let settings = try await ConfigurationSource(file: file, environment: [:])
            .load(defaultModel: Self.installed.model)
        try agree(settings, file)
        let place = settings.ingest.spool
        _ = try OpenDirectory.making(place.inbox, mode: 0o700)
        // Pausing, forgetting and the like need no daemon, and their folders.
        _ = try Spool(place)
        let setup = PersonalSetup(
            file: file, isNew: isNew, spool: place.root, inbox: place.inbox,
            index: settings.ingest.indexing.indexDirectory, model: settings.ingest.indexing.modelDirectory)
        try StandardStream.output.write(json ? setup.json + "\n" : setup.text(hasService: Self.hasService))
        if let chosen = places.chosen, chosen != file {
            try StandardStream.error.write(
                TerminalText.visible(
                    "vectorspool: \(ConfigurationPlaces.variable) names \(chosen), which commands read instead: unset it"
                )
                    + "\n")
        }
    }

    /// Writes the configuration unless it exists; returns whether it was written.
    private func write(_ file: FilePath) throws -> Bool {
        guard !FileStatus.exists(file), let name = file.lastComponent else { return false }
        let root = try spool ?? Self.dataFolder().appending("vectorspool")
        guard let model = model ?? InstalledFiles.current.model else {
            throw ConsoleError(.missingInput, InstalledFiles.missingModelAdvice)
        }
        _ = try ModelFolder(model)
        let text = PersonalSetup.configuration(spool: root, model: model == Self.installed.model ? nil : model)
        // The file comes last: a spool that cannot be made leaves no file that names it.
        _ = try OpenDirectory.making(root.appending("inbox"), mode: 0o700)
        return try Self.publish(text, at: file, name)
    }

    /// Gives the file its name, unless another run has done so meanwhile.
    private static func publish(
        _ text: String, at file: FilePath, _ name: FilePath.Component
    ) throws(PlatformError) -> Bool {
        let folder = try OpenDirectory.making(file.removingLastComponent(), mode: 0o700)
        do throws(PlatformError) {
            _ = try folder.publish(Array(text.utf8), as: name, mode: 0o600, isReplacing: false)
        } catch {
            guard error.cause == .fileExists else { throw error }
            return false
        }
        return true
    }

    /// Refuses options that contradict the configuration.
    private func agree(_ settings: DaemonSettings, _ file: FilePath) throws {
        let pairs = [
            ("spool", spool, settings.ingest.spool.root), ("model", model, settings.ingest.indexing.modelDirectory),
        ]
        for (name, wanted, present) in pairs {
            guard let wanted, wanted.lexicallyNormalized() != present.lexicallyNormalized() else { continue }
            throw ValidationError(
                "\(file) exists and names the \(name) \(present): change \(name).directory there, or leave out --\(name)."
                    + " Nothing was changed.")
        }
    }

    /// Refuses a path that a configuration cannot contain.
    private static func checked(_ path: FilePath) throws -> FilePath {
        guard path.isAbsolute else { throw ValidationError("'\(path)': give the whole path, from / on.") }
        guard FilePath(path.string) == path else {
            throw ValidationError("'\(path)': this name is not UTF-8, and the configuration can only contain UTF-8.")
        }
        return path
    }

    /// The folder for a person's data (XDG Base Directory Specification 0.8, which says to ignore a relative path).
    private static func dataFolder() throws -> FilePath {
        if let given = CurrentProcess.environment("XDG_DATA_HOME").map({ FilePath($0) }), given.isAbsolute {
            return try checked(given)
        }
        guard let home = CurrentProcess.environment("HOME").map({ FilePath($0) }), home.isAbsolute else {
            throw SettingsError(.configuration, "there is no place for your files: set HOME, or give --spool FOLDER")
        }
        return try checked(home.appending(".local").appending("share"))
    }

    /// The files that come with the program, wherever this shell's variables point.
    private static var installed: InstalledFiles {
        InstalledFiles(
            executable: CurrentProcess.executable, executionPath: CurrentProcess.executionPath, chosenModel: nil)
    }

    /// Whether the service of a session is installed with this program.
    private static var hasService: Bool {
        guard let program = CurrentProcess.executable else { return false }
        let prefix = program.removingLastComponent().removingLastComponent()
        return FileStatus.exists(prefix.pushing("lib/systemd/user/vectorspoold.service"))
    }
}
