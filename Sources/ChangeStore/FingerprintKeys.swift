// The key by which the store knows records again, made with the store and kept as long as it is.

import ChangeFeed
import GRDB

extension Database {
    /// Nil where it is damaged or lost. Records are then compared by their content, once, and known by SHA-256 from then on.
    func fingerprintKey() throws -> FingerprintKey? { try fingerprintSeed().map(FingerprintKey.init(seed:)) }

    func fingerprintSeed() throws -> [UInt8]? {
        let row = try Row.fetchOne(self, sql: "SELECT seed FROM fingerprint_key")
        guard let seed = row?.bytes("seed"), seed.count == FingerprintKey.seedBytes else { return nil }
        return seed
    }
}
