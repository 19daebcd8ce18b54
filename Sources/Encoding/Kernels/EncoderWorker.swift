import CKernels
import Platform
import Synchronization

/// One forward pass on one thread of its own.
///
/// An actor, so that its scratch memory has one user by type; its executor is its thread, so that computing never takes one
/// of Swift's cooperative threads, and so that oneDNN finds the thread it was set up on.
actor EncoderWorker {
    private let thread: WorkerThread
    private let weights: PackedWeights
    private let engine: MatrixEngine
    private var pass: ForwardPass?
    private nonisolated let spent = Mutex(StageTimes())
    /// Where the thread's time went, so far.
    nonisolated var times: StageTimes { spent.withLock { $0 } }
    /// Beats with every microbatch.
    nonisolated let heart: Heartbeat

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    init(_ weights: PackedWeights, _ engine: MatrixEngine, number: Int) {
        self.weights = weights
        self.engine = engine
        thread = WorkerThread(name: "encoder-\(number)")
        heart = Heartbeat("encoder-\(number)")
    }

    /// Computes microbatches until the dispatcher is closed and empty.
    func serve(_ dispatcher: MicrobatchDispatcher) async {
        while let batch = await dispatcher.next() {
            heart.beat()
            // A batch takes milliseconds; until the next one comes there is nothing to do.
            defer { heart.rest() }
            do throws(EncodingError) {
                dispatcher.finish(batch, try run(batch))
            } catch {
                dispatcher.fail(batch, error)
            }
        }
    }

    /// Ends the thread; not to be called from it.
    nonisolated func finish() async { await thread.finish() }

    private func run(_ batch: Microbatch) throws(EncodingError) -> [Float] {
        let pass: ForwardPass
        if let known = self.pass {
            pass = known
        } else {
            pass = try ForwardPass(weights, engine)
            self.pass = pass
        }
        let vectors = try pass(batch.items.map(\.tokens))
        let times = pass.clock.times
        spent.withLock { $0 += times }
        return vectors
    }
}

/// The C loops around the matrix products, chosen once for the processor that the program runs on.
enum EncoderKernels {
    /// The table in use.
    @safe nonisolated(unsafe) static let best: UnsafePointer<vectorspool_encoder_kernels> =
        unsafe vectorspool_encoder_kernels_best()

    /// The table's name, for logs and benchmarks.
    package static var name: String { unsafe String(cString: best.pointee.name) }
}
