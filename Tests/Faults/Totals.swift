/// What was tried and what was wrong, over all runs.
struct Totals: Codable, Sendable {
    /// What is counted.
    enum Kind: String, Codable, Sendable, CaseIterable {
        /// The process ended at a call, once or in several runs in a row.
        case kill, kills
        /// A call failed.
        case failure
        /// The power failed at a step, on a simulated disk or on an image of a real file system.
        case cut, imageCut
        /// Random actions, and what befell the daemon in their course.
        case action, modelCut, modelDeath, modelError, modelForgetting
        /// Deaths and cuts in a row, with files dropped between, before everything was examined.
        case inARow

        var title: String {
            switch self {
            case .kill: "kills"
            case .kills: "two or three kills in a row"
            case .failure: "failing calls"
            case .cut: "power cuts"
            case .imageCut: "power cuts of an ext4 image"
            case .action: "random actions"
            case .modelCut: "power cuts among them"
            case .modelDeath: "deaths among them"
            case .modelError: "runs with errors among them"
            case .modelForgetting: "forgettings among them"
            case .inARow: "twice or more in a row with drops between"
            }
        }
    }

    var tried: [Kind: Int] = [:]
    var troubles: [Trouble.Sort: Int] = [:]

    /// Counts a violation.
    mutating func add(_ trouble: Trouble) { troubles[trouble.sort, default: 0] += 1 }

    /// Adds what another run has counted.
    mutating func add(_ other: Totals) {
        tried.merge(other.tried, uniquingKeysWith: +)
        troubles.merge(other.troubles, uniquingKeysWith: +)
    }

    var isClean: Bool { troubles.values.allSatisfy { $0 == 0 } }

    /// A line for what was tried, and one for what was wrong.
    var summary: String {
        let tried = Kind.allCases.compactMap { kind in self.tried[kind].map { "\(kind.title) \($0)" } }
        let troubles = Trouble.Sort.allCases.map { "\($0.rawValue) \(self.troubles[$0] ?? 0)" }
        return tried.joined(separator: ", ") + "\n" + troubles.joined(separator: ", ") + "\n"
    }
}
