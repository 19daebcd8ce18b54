import Platform
package import SystemPackage

/// Where the files that come with VectorSpool lie: the default model and its general ranges.
///
/// One place for both programs, so that the daemon that writes an index and the search that reads it take the same model.
/// Looked at in this order: the environment variable, the checkout that the executable was built in, the prefix that it
/// was installed under (`<prefix>/bin/vectorspool` looks in `<prefix>/share/vectorspool`).
package struct InstalledFiles: Sendable {
    /// The folder that names the model everywhere it lies.
    package static let defaultModelName = "all-MiniLM-L6-v2"
    /// SHA-256 of the default model's weights, wherever they come from.
    package static let defaultModelFingerprint = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    /// The environment variable that names a model folder.
    package static let modelVariable = "VECTORSPOOL_MODEL"

    private let executables: [FilePath]
    private let chosenModel: FilePath?

    /// The files as a program at `executable` finds them.
    ///
    /// - Parameters:
    ///   - executable: without links.
    ///   - executionPath: the path by which it was started. A build folder may be a link to another disk, and then only this path leads to
    ///     the checkout.
    ///   - chosenModel: what the environment variable says, if it is set.
    package init(executable: FilePath?, executionPath: FilePath? = nil, chosenModel: FilePath?) {
        executables = [executable, executionPath].compactMap(\.self)
        self.chosenModel = chosenModel
    }

    /// The files as this process finds them.
    package static var current: InstalledFiles {
        InstalledFiles(
            executable: CurrentProcess.executable, executionPath: CurrentProcess.executionPath,
            chosenModel: CurrentProcess.environment(modelVariable).map { FilePath($0) })
    }

    /// The folder of the model to use when none is named; nil when nothing is installed.
    ///
    /// A folder that the environment names is returned whether it is there or not: a wrong name is the user's to hear of.
    package var model: FilePath? {
        if let chosenModel { return chosenModel }
        return firstPresent(
            inCheckout: ".models/\(Self.defaultModelName)", inPrefix: "models/\(Self.defaultModelName)")
    }

    /// The general ranges of the default model, made with a margin from mixed prose; nil when they are not installed.
    package var ranges: FilePath? {
        firstPresent(
            inCheckout: "etc/ranges/\(Self.defaultModelName).npy", inPrefix: "ranges/\(Self.defaultModelName).npy")
    }

    /// What to tell the user when `model` is nil.
    package static let missingModelAdvice =
        "no model is installed: run 'make setup' in the source folder, name a sentence-transformers folder with --model,"
        + " or set \(modelVariable)"

    private func firstPresent(inCheckout: String, inPrefix: String) -> FilePath? {
        var candidates = executables.compactMap { Self.checkout(of: $0)?.pushing(FilePath(inCheckout)) }
        for executable in executables {
            let prefix = executable.removingLastComponent().removingLastComponent()
            candidates.append(prefix.appending("share").appending("vectorspool").pushing(FilePath(inPrefix)))
        }
        return candidates.first { FileStatus.exists($0) }
    }

    /// The package folder above the build folder in which an executable lies.
    private static func checkout(of executable: FilePath) -> FilePath? {
        var folder = executable.removingLastComponent()
        while let name = folder.lastComponent {
            folder.removeLastComponent()
            if name == ".build", FileStatus.exists(folder.appending("Package.swift")) { return folder }
        }
        return nil
    }
}
