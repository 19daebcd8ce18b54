package import Platform
package import SystemPackage

/// The folders in which people leave requests: one for those who may ask for anything, and one inside it for droppers.
///
/// The second exists where an installation makes it. What is found there counts only for files of the request's owner.
package struct RequestFolders {
    /// The name of the folder for droppers.
    package static let droppers: FilePath.Component = "droppers"

    /// The folders, each with whether it is that of droppers.
    package let all: [(directory: OpenDirectory, isOfDroppers: Bool)]

    /// Opens the folders of a spool.
    package init(_ spool: Spool) {
        let droppers = try? spool.requests.directory(FilePath(root: nil, [Self.droppers]))
        all = [(spool.requests, false)] + (droppers.map { [($0, true)] } ?? [])
    }

    /// All requests that can be read, with the folder that each lies in; see `SpoolRequest.pending`.
    package func pending(_ fault: inout PlatformError?) throws(PlatformError) -> [(
        request: SpoolRequest, folder: OpenDirectory, isOfDropper: Bool
    )] {
        var found: [(request: SpoolRequest, folder: OpenDirectory, isOfDropper: Bool)] = []
        for (directory, isOfDroppers) in all {
            for request in try SpoolRequest.pending(in: directory, &fault) {
                found.append((request, directory, isOfDroppers))
            }
        }
        return found
    }
}
