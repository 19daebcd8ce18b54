/// One thing that `doctor` looks for: a pure function of the facts.
package struct DoctorCheck: Sendable {
    /// What is wrong, and what to do about it.
    package struct Finding: Sendable, Equatable {
        package let message: String
        package let mend: String

        package init(_ message: String, mend: String) {
            self.message = message
            self.mend = mend
        }
    }

    package let name: String
    package let judge: @Sendable (DoctorFacts) -> [Finding]

    init(_ name: String, _ judge: @escaping @Sendable (DoctorFacts) -> [Finding]) {
        self.name = name
        self.judge = judge
    }

    /// Why this check cannot conclude anything; nil when it can.
    package func closure(_ facts: DoctorFacts) -> String? {
        judge(facts).isEmpty ? facts.closed[name] : nil
    }

    /// All checks, in the order in which they are shown.
    package static let all: [DoctorCheck] = [
        configuration, disks, space, inbox, watches, kernel, model, ranges, index, done, daemon, unit, leftovers,
    ]
}
