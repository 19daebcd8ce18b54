import SystemPackage

extension PlatformError {
    /// Whether those who drop a file can bring the error about, by what they do to it and to the folders it came in.
    ///
    /// Such a refusal concerns that file alone. Nothing else may wait for it to go away, because it need not.
    package var isOthersDoing: Bool {
        guard code == .system, let cause else { return false }
        switch cause {
        case .permissionDenied, .notPermitted, .fileExists, .noSuchFileOrDirectory, .notDirectory, .isDirectory,
            .directoryNotEmpty, .tooManySymbolicLinkLevels, .fileNameTooLong, .noSuchAddressOrDevice, .improperLink,
            .resourceBusy, .textFileBusy:
            return true
        // A lease that its owner holds on the file.
        case .resourceTemporarilyUnavailable: return true
        default: return false
        }
    }

    /// Whether the machine lacks something that every file needs: room, memory, descriptors, a file system that takes writes.
    package var isShortage: Bool {
        guard code == .system, let cause else { return false }
        switch cause {
        case .noSpace, .diskQuotaExceeded, .noMemory, .tooManyOpenFiles, .tooManyOpenFilesInSystem, .readOnlyFileSystem:
            return true
        default: return false
        }
    }
}
