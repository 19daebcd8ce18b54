import Text

/// What `doctor` has looked at, before anything is judged.
///
/// A fact that could not be found out is nil, and nothing is concluded from it: a user who may only search sees less than
/// the daemon's user.
package struct DoctorFacts: Sendable {
    /// A file system that the daemon works on.
    package struct Disk: Sendable, Equatable {
        package var device: UInt64
        package var free: Int
        package var isReadOnly: Bool
        /// The name of a file system that other machines can write to; nil for a local one.
        package var sharedName: String?

        package init(device: UInt64 = 1, free: Int = 1 << 40, isReadOnly: Bool = false, sharedName: String? = nil) {
            self.device = device
            self.free = free
            self.isReadOnly = isReadOnly
            self.sharedName = sharedName
        }
    }

    /// The inbox and its folders.
    package struct Inbox: Sendable, Equatable {
        package var permissions: UInt32 = 0o3770
        package var owner: UInt32 = 0
        package var group: UInt32 = 0
        package var folders = 1
        /// Folders of other users in which the daemon cannot rename, the first by name.
        package var closed: [String] = []

        package init() {}
    }

    /// The service manager's unit that serves this configuration.
    package struct Unit: Sendable, Equatable {
        package var isEnabled: Bool
        package var isActive: Bool
        /// Whether it is that of one person's session and not the machine's.
        package var isOfSession = false

        package init(isEnabled: Bool, isActive: Bool, isOfSession: Bool = false) {
            self.isEnabled = isEnabled
            self.isActive = isActive
            self.isOfSession = isOfSession
        }

        /// The command that talks to its manager.
        var manager: String { isOfSession ? "systemctl --user" : "sudo systemctl" }
        /// The command that prints its log.
        var log: String { isOfSession ? "journalctl --user -u vectorspoold" : "journalctl -u vectorspoold" }
    }

    /// The index, if there is one.
    package struct Index: Sendable, Equatable {
        package var path: String
        /// Why it cannot be opened.
        package var error: String?
        package var damage: [String] = []
        package var clippedShare = 0.0
        /// The fingerprint of the model's weights that it was made with.
        package var model: String?

        package init(path: String) { self.path = path }
    }

    /// The model of the configuration.
    package struct Model: Sendable, Equatable {
        package var path: String
        package var error: String?
        package var fingerprint: String?
        /// The fingerprint of the published weights, where the folder has the name of the default model.
        package var published: String?

        package init(path: String) { self.path = path }
    }

    /// What the kernel can do on the spool's file system.
    package struct Kernel: Sendable, Equatable {
        package var release: String?
        package var hasLeases: Bool?
        package var hasExclusiveRename: Bool?
        package var watchLimit: Int?

        package init() {}
    }

    /// Why the configuration is refused; then little else can be looked at.
    package var configurationError: String?
    package var configurationWarnings: [String] = []
    package var spool: Disk?
    package var index: Disk?
    /// Folders of the spool on another file system than the spool, by name.
    package var foreignFolders: [String] = []
    /// The folders of the spool, and the index, in which the daemon's user may not write, by name.
    package var closedFolders: [String] = []
    package var inbox: Inbox?
    /// The user and group that own the spool's `work/`.
    package var daemonUser: UInt32?
    package var daemonGroup: UInt32?
    package var model: Model?
    package var rangesError: String?
    package var storedIndex: Index?
    /// Why the daemon would not start with the index: the configuration wants it otherwise.
    package var indexRefusal: String?
    /// The folder of the index where there is none in it.
    package var missingIndex: String?
    /// The files of `done/` that the index does not have; nil when it has all of them.
    package var unindexed: UnindexedFiles?
    package var status: StatusReading?
    /// Why there is no status page.
    package var statusError: String?
    /// Nil where none serves this configuration: somebody starts the daemon by hand, or another manager does.
    package var unit: Unit?
    /// The configuration that was read; nil when there is none.
    package var configuration: String?
    /// Files of an earlier run in `work/`.
    package var leftovers: Int?
    package var kernel = Kernel()
    /// What this user may not see, by the check that needs it: then nothing is concluded.
    package var closed: [String: String] = [:]

    package init() {}

    /// Whether the daemon of the page still runs.
    var isRunning: Bool { status?.life == .running }

    /// The command that starts the daemon.
    var start: String {
        if let unit { return "\(unit.manager) start vectorspoold" }
        return "vectorspoold"
            + (configuration.map { " --config \(ShellWord.quoted(Array($0.utf8)))" } ?? " --spool FOLDER")
    }

    /// Where the daemon's log is.
    var log: String { unit?.log ?? "what it wrote where it was started" }
}
