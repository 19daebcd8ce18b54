import CPlatform

/// The machine's processors as this process may use them.
package enum Processors {
    /// How many the affinity mask allows; containers and `taskset` narrow it.
    package static var usable: Int { Int(vectorspool_usable_processors()) }
}
