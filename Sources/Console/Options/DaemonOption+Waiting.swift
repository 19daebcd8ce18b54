import Inspection

extension DaemonOption.Place {
    /// Waits a few seconds until the running daemon's page meets a condition; nil when it does not.
    func wait(
        atMost limit: Duration = .seconds(5), for condition: (StatusReading) -> Bool
    ) async throws -> StatusReading? {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let running, condition(running) { return running }
            try await Task.sleep(for: .milliseconds(50))
        }
        return nil
    }
}
