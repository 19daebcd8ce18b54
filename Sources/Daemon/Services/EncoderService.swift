import Encoding
import ServiceLifecycle

/// Runs the encoder's workers while other services may need them.
struct EncoderService: Service {
    let encoder: SentenceEncoder

    func run() async throws {
        await withGracefulShutdownHandler {
            await encoder.run()
        } onGracefulShutdown: {
            encoder.close()
        }
    }
}
