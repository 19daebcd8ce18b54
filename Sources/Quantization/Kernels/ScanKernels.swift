import CKernels

/// The loops over the rows of an index for one instruction set; all sets give the same result, bit for bit.
@safe
package struct ScanKernels: @unchecked Sendable, CustomStringConvertible {
    /// The table of loops; it lives as long as the program.
    let table: UnsafePointer<vectorspool_scan_kernels>

    /// The fastest loops that this computer runs, or those that VECTORSPOOL_KERNELS names.
    package static let best = unsafe ScanKernels(table: vectorspool_scan_kernels_best())

    /// The loops that this computer runs, scalar ones first, for tests that compare them.
    package static let available: [ScanKernels] = {
        var tables: UnsafePointer<UnsafePointer<vectorspool_scan_kernels>?>?
        let count = unsafe vectorspool_scan_kernels_all(&tables)
        return (0..<count).compactMap { index in
            unsafe tables?[index].map { unsafe ScanKernels(table: $0) }
        }
    }()

    /// The fastest loops that this computer runs and a value of VECTORSPOOL_KERNELS allows.
    package static func allowed(by word: String) -> ScanKernels {
        unsafe ScanKernels(table: vectorspool_scan_kernels_for(word))
    }

    /// Their name in VECTORSPOOL_KERNELS.
    package var name: String { unsafe String(cString: table.pointee.name) }

    package var description: String { name }
}
