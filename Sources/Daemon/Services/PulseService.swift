import Platform
import ServiceLifecycle

/// Beats while Swift's cooperative pool runs tasks.
///
/// The other hearts belong to threads of their own. A blocked pool would stop the encoding and the shutdown without any of
/// them being late.
struct PulseService: Service {
    let heart: Heartbeat
    /// The time between two beats.
    let interval: Duration

    func run() async throws {
        defer { heart.rest() }
        await cancelWhenGracefulShutdown {
            while true {
                heart.beat()
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }
}
