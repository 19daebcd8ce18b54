import Logging
import Platform
import Spool
import SystemPackage
import Text

/// The requests of people who want a failed file to be tried again and may not move it themselves.
///
/// It belongs to one thread.
struct RetryRequests {
    private let spool: Spool
    private let logger: Logger
    private var glance = RequestGlance()

    init(spool: Spool, logger: Logger) {
        self.spool = spool
        self.logger = logger
    }

    /// Answers new requests; blocks.
    mutating func look() throws(PlatformError) {
        let folders = RequestFolders(spool)
        guard try glance.isNews(folders) else { return }
        do throws(PlatformError) {
            var fault: PlatformError?
            for (request, folder, isOfDropper) in try folders.pending(&fault) where request.kind == .retry {
                try request.answer(answer(to: request, onlyOwn: isOfDropper), in: folder)
            }
            if let fault { throw fault }
        } catch {
            // It is looked at again.
            glance.lookAgain()
            throw error
        }
    }

    private func answer(to request: SpoolRequest, onlyOwn: Bool) throws(PlatformError) -> String {
        var object = JSONObject()
        object.add("request", request.id)
        let files = try FailedFiles(spool.places)
        guard let path = request.path, let file = try known(path, files) else {
            object.add("answer", "refused")
            object.add("reason", "no such file has failed; 'vectorspool failed' lists those that have")
            return object.text
        }
        let owner = try files.owner(of: file)
        guard !onlyOwn || owner == request.owner else {
            object.add("answer", "refused")
            object.add("reason", "it belongs to user \(owner); droppers may retry only files of their own")
            return object.text
        }
        let outcome: FailedFiles.RetryOutcome
        do throws(PlatformError) {
            outcome = try files.retry(file)
        } catch {
            guard let obstacle = files.obstacle(to: file, error) else { throw error }
            object.add("answer", "refused")
            object.add("reason", obstacle)
            return object.text
        }
        logger.info(
            outcome == .back ? "back in the inbox, as somebody asked" : "not tried again: \(outcome.rawValue)",
            metadata: ["path": "\(path.displayName)", "user": "\(request.owner)"])
        object.add("answer", outcome.rawValue)
        return object.text
    }

    /// The failed file of a path; nil for a path that none can have, such as one with a name that is too long.
    private func known(_ path: FilePath, _ files: FailedFiles) throws(PlatformError) -> FailedFile? {
        do throws(PlatformError) {
            return try files.file(of: path)
        } catch {
            guard error.isOthersDoing else { throw error }
            return nil
        }
    }
}
