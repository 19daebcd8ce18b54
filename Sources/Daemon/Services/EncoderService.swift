import Encoding
import ServiceLifecycle

/// Runs the encoder's workers for as long as somebody may need them.
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
