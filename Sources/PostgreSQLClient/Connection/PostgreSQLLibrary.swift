// libpq, loaded when it is first needed.

import CPostgreSQL

/// The functions of libpq.
///
/// Nothing links the library: a daemon whose store is a file of its own neither needs it nor loads what it brings
/// along. Loading it once more finds the one that is there, and it stays for as long as the process lives.
final class PostgreSQLLibrary: Sendable {
    let functions: libpq

    /// - Parameter name: as the system's loader looks for it.
    init(_ name: String = PostgreSQLLibrary.name) throws(PostgreSQLLibraryMissing) {
        var functions = libpq()
        var trouble: UnsafePointer<CChar>?
        if let missing = libpq_load(&functions, name, &trouble) {
            let function = String(cString: missing)
            throw PostgreSQLLibraryMissing(
                name: name, cause: trouble.map { String(cString: $0) } ?? "it has no \(function)",
                isTooOld: !function.isEmpty)
        }
        self.functions = functions
    }

    /// What libpq gives as a text; empty where it gives none.
    static func text(_ bytes: UnsafePointer<CChar>?) -> String { bytes.map { String(cString: $0) } ?? "" }

    #if canImport(Darwin)
        static let name = "libpq.5.dylib"
    #else
        static let name = "libpq.so.5"
    #endif
}

/// The library that speaks to PostgreSQL is not on this machine, or is older than what is needed of it.
package struct PostgreSQLLibraryMissing: Error, Sendable, Equatable, CustomStringConvertible {
    let name: String
    /// What the system's loader says, or which function there is not.
    let cause: String
    let isTooOld: Bool

    package var wrong: String {
        "\(name), which speaks to PostgreSQL, \(isTooOld ? "is older than 14 here" : "cannot be loaded"): \(cause)"
    }

    package var right: String { isTooOld ? "install libpq5 14 or newer" : "apt-get install libpq5" }

    package var description: String { "\(wrong). To be mended by: \(right)" }
}
