import Encoding
import Quantization
import Synchronization

/// The configuration in force: what can change while the daemon runs is read from here each time.
package final class LiveConfiguration: Sendable {
    private let configuration: Mutex<IngestConfiguration>

    package init(_ configuration: IngestConfiguration) {
        self.configuration = Mutex(configuration)
    }

    package var current: IngestConfiguration { configuration.withLock { $0 } }

    /// Takes over what can change while the daemon runs.
    ///
    /// - Returns: the keys that differ and are read only at the start.
    package func adopt(_ new: IngestConfiguration) -> [ConfigurationKey] {
        configuration.withLock { current in
            let fixed: [(ConfigurationKey, Bool)] = [
                (.spoolDirectory, current.spool == new.spool),
                (.indexDirectory, current.indexDirectory == new.indexDirectory),
                (.precision, current.precision == new.precision), (.codes, current.codes == new.codes),
                (.ranges, current.ranges == new.ranges),
                (.calibrationPassages, current.calibrationPassages == new.calibrationPassages),
                (.calibrationMargin, current.calibrationMargin == new.calibrationMargin),
                (.modelDirectory, current.modelDirectory == new.modelDirectory),
                (.compute, current.compute == new.compute), (.workers, current.workers == new.workers),
                (.weightsCache, current.hasWeightsCache == new.hasWeightsCache),
                (.passageMode, current.passageMode == new.passageMode),
                (.targetTokens, current.targetTokens == new.targetTokens),
                (.overlapTokens, current.overlapTokens == new.overlapTokens),
                (.runtimeDirectory, current.runtimeDirectory == new.runtimeDirectory),
                (.logFormat, current.logFormat == new.logFormat),
            ]
            current.settle = new.settle
            current.rescan = new.rescan
            current.keepDoneDays = new.keepDoneDays
            current.maximumFileBytes = new.maximumFileBytes
            current.ignore = new.ignore
            current.maximumRows = new.maximumRows
            current.maximumDelay = new.maximumDelay
            current.statusInterval = new.statusInterval
            current.logLevel = new.logLevel
            return fixed.filter { !$0.1 }.map(\.0)
        }
    }
}
