import Platform
package import SystemPackage

/// Finds the files that come with VectorSpool: the default model and its general ranges.
///
/// Both programs use it, so the daemon that writes an index and the search that reads it use the same model. It looks
/// in this order: the environment variable, the checkout that the executable was built in, the prefix that it was
/// installed under (`<prefix>/bin/vectorspool` looks in `<prefix>/share/vectorspool`).
package struct InstalledFiles: Sendable {
    /// The name of the model's folder in every place.
    package static let defaultModelName = "all-MiniLM-L6-v2"
    /// The environment variable that names a model folder.
    package static let modelVariable = "VECTORSPOOL_MODEL"

    private let executables: [FilePath]
    private let chosenModel: FilePath?

    /// Finds the files for a program.
    ///
    /// - Parameters:
    ///   - executable: the executable, without links.
    ///   - executionPath: the path that started the program. A build folder may be a link to another disk, and then
    ///     only this path leads to the checkout.
    ///   - chosenModel: the value of the environment variable, if it is set.
    package init(executable: FilePath?, executionPath: FilePath? = nil, chosenModel: FilePath?) {
        executables = [executable, executionPath].compactMap(\.self)
        self.chosenModel = chosenModel
    }

    /// The files for this process.
    package static var current: InstalledFiles {
        InstalledFiles(
            executable: CurrentProcess.executable, executionPath: CurrentProcess.executionPath,
            chosenModel: CurrentProcess.environment(modelVariable).map { FilePath($0) })
    }

    /// The default folder of the model; nil when none is installed.
    ///
    /// A folder from the environment is returned even if it does not exist, so the user learns of a wrong name.
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

    /// The advice for the user when `model` is nil.
    package static let missingModelAdvice =
        "no model is installed with the programs, in share/vectorspool/models: install the package again, or run 'make setup' in the "
        + "source folder, choose a sentence-transformers folder with --model,"
        + " or set \(modelVariable)"

    private func firstPresent(inCheckout: String, inPrefix: String) -> FilePath? {
        var candidates = executables.compactMap { Self.checkout(of: $0)?.pushing(FilePath(inCheckout)) }
        for executable in executables {
            let prefix = executable.removingLastComponent().removingLastComponent()
            candidates.append(prefix.appending("share").appending("vectorspool").pushing(FilePath(inPrefix)))
        }
        return candidates.first { FileStatus.exists($0) }
    }

    /// The package folder above the build folder of an executable.
    private static func checkout(of executable: FilePath) -> FilePath? {
        var folder = executable.removingLastComponent()
        while let name = folder.lastComponent {
            folder.removeLastComponent()
            if name == ".build", FileStatus.exists(folder.appending("Package.swift")) { return folder }
        }
        return nil
    }
}
