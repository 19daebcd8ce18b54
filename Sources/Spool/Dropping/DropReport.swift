package import SystemPackage

/// What became of the things that somebody handed over.
package struct DropReport: Sendable, Equatable {
    /// A file or folder that was not handed over.
    package struct Refusal: Sendable, Equatable {
        package let source: FilePath
        /// Why, and what to do.
        package let reason: String
    }

    /// Files that are in the inbox now, or will be when their folder is.
    package var files = 0
    package var bytes = 0
    /// Names that the configuration excludes.
    package var excluded = 0
    package var refusals: [Refusal] = []
    /// Where they lie, below the inbox: a place for each thing that was handed over.
    package var places: [FilePath] = []

    package init() {}
}
