/// Which of the two queues a request stands in.
package enum Lane: Sendable {
    /// Somebody is waiting: goes ahead of bulk work at the next microbatch.
    case interactive
    /// Ingestion: as much as possible, in order.
    case bulk
}
