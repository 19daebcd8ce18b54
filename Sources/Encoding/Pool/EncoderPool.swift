package import Platform

/// The pool: token sequences in, sentence vectors out, computed by one worker a core.
///
/// Workers of one thread each beat one computation of many threads, because nothing waits at barriers; weights are shared,
/// scratch memory is each worker's own.
package final class EncoderPool: Sendable {
    /// Tokens of a microbatch: beyond 512 the products get no faster, and a query waits for one microbatch at the most.
    package static let batchTokens = 512

    /// The model that the vectors come from.
    package let model: SentenceModel
    /// Worker threads.
    package let workerCount: Int
    private let dispatcher: MicrobatchDispatcher
    private let workers: [EncoderWorker]

    /// The signs of life of the workers, for a watchdog.
    package var hearts: [Heartbeat] { workers.map(\.heart) }

    /// Where the workers' time went, so far.
    package var times: StageTimes { workers.reduce(into: StageTimes()) { $0 += $1.times } }

    /// Makes the pool; it computes only while `run()` runs.
    ///
    /// It has `workers` threads, by default one for each processor that this process may use. `tokenLimit` is the
    /// number of tokens of bulk requests in flight, which limits the pool's memory. Throws `EncodingError` of code
    /// `.system`.
    package init(_ model: SentenceModel, workers: Int? = nil, tokenLimit: Int = 65536) throws(EncodingError) {
        self.model = model
        workerCount = max(workers ?? Processors.usable, 1)
        dispatcher = MicrobatchDispatcher(
            dimension: model.dimension, batchTokens: Self.batchTokens, tokenLimit: tokenLimit, workers: workerCount)
        let engine = try MatrixEngine()
        self.workers = (0..<workerCount).map { EncoderWorker(model.weights, engine, number: $0) }
    }

    /// Computes until `close()` has been called and all that was entered is done, or the task is cancelled.
    package func run() async {
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                for worker in workers {
                    group.addTask { [dispatcher] in await worker.serve(dispatcher) }
                }
            }
        } onCancel: {
            dispatcher.close()
        }
        for worker in workers { await worker.finish() }
    }

    /// Refuses new requests and lets `run()` end after those that were entered.
    package func close() { dispatcher.close() }

    /// Runs the pool for as long as `body` runs.
    package static func with<Result: Sendable>(
        _ model: SentenceModel, workers: Int? = nil, tokenLimit: Int = 65536,
        _ body: (EncoderPool) async throws -> Result
    ) async throws -> Result {
        let pool = try EncoderPool(model, workers: workers, tokenLimit: tokenLimit)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            defer { pool.close() }
            return try await body(pool)
        }
    }

    /// Encodes `sequences` into vectors in the same order.
    ///
    /// Sequences of several callers share microbatches, so many small calls cost no more than one large one, as long as
    /// they are made concurrently. A sequence contains token ids with `[CLS]` and `[SEP]`, at most `maximumLength`.
    /// Throws `EncodingError`: `.input` for a sequence that the model cannot take, `.closed` during shutdown; or
    /// `CancellationError`.
    package func encode(_ sequences: [[Int32]], lane: Lane = .bulk) async throws -> Embeddings {
        let configuration = model.folder.configuration
        for (index, sequence) in sequences.enumerated() {
            guard !sequence.isEmpty, sequence.count <= configuration.maximumLength else {
                throw EncodingError(
                    .input,
                    "sequence \(index) has \(sequence.count) ids; 1 to \(configuration.maximumLength) can be encoded")
            }
            for id in sequence where id < 0 || Int(id) >= configuration.vocabulary {
                throw EncodingError(.input, "sequence \(index) has the id \(id), outside the vocabulary")
            }
        }
        guard !sequences.isEmpty else { return Embeddings(values: [], dimension: model.dimension) }
        return Embeddings(values: try await dispatcher.submit(sequences, lane: lane), dimension: model.dimension)
    }
}

/// Sentence vectors, one a row, in the order in which the texts were given.
package struct Embeddings: Sendable, Equatable {
    /// `count * dimension` floats, row after row.
    package var values: [Float]
    /// Floats in a row.
    package let dimension: Int

    package init(values: [Float], dimension: Int) {
        self.values = values
        self.dimension = dimension
    }

    /// Rows.
    package var count: Int { dimension == 0 ? 0 : values.count / dimension }

    /// One row.
    package subscript(row: Int) -> ArraySlice<Float> {
        values[row * dimension..<(row + 1) * dimension]
    }
}
