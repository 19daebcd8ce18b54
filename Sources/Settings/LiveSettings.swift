package import Ingest
import Synchronization

/// The settings in force, from which the daemon reads each time what can change while it runs.
package final class LiveSettings: Sendable {
    private let settings: Mutex<DaemonSettings>
    private let catalogue: SettingsCatalogue
    /// The settings that the pipeline reads.
    package let options: LiveOptions

    package init(_ settings: DaemonSettings, catalogue: SettingsCatalogue = .standard) {
        self.settings = Mutex(settings)
        self.catalogue = catalogue
        options = LiveOptions(settings.ingest)
    }

    package var current: DaemonSettings { settings.withLock { $0 } }

    /// Applies the settings that can change while the daemon runs; returns the different keys that are read only at the
    /// start.
    package func adopt(_ new: DaemonSettings) -> [SettingsKey] {
        settings.withLock { current in
            let differing = catalogue.keys.filter { !$0.isEqual(current, new) }
            for key in differing where !key.isFixed { key.copy(new, &current) }
            options.adopt(current.ingest)
            return differing.filter(\.isFixed)
        }
    }
}
