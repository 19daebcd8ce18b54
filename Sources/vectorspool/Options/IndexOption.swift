import ArgumentParser
import SystemPackage

/// Which index is looked at.
struct IndexOption: ParsableArguments {
    @Option(name: .customLong("index"), help: ArgumentHelp("The index directory.", valueName: "folder"))
    var directory: FilePath
}
