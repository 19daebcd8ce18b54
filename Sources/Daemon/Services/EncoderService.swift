import Encoding
import ServiceLifecycle

/// Runs the encoder's workers while other services may need them.
struct EncoderService: Service {
    let pool: EncoderPool

    func run() async throws {
        await withGracefulShutdownHandler {
            await pool.run()
        } onGracefulShutdown: {
            pool.close()
        }
    }
}
