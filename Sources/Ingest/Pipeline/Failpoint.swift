/// The places where tests let the disk fill up or the process die: the boundaries of the stages.
package enum Failpoint: String, Sendable, CaseIterable {
    case beforeClaim, afterClaim, beforeFailing, afterFailing, beforeSynchronize, beforeShard, beforeManifest
    case afterCommit, beforeRetire, afterRetire
}
