/// Which of the queues a request stands in.
package enum Lane: Sendable {
    /// Somebody waits for the answer to a query: goes ahead of all else at the next microbatch.
    case interactive
    /// Small files: go ahead of large ones, and leave them every fourth microbatch.
    case brief
    /// Large files: as much as possible, in order.
    case bulk
}
