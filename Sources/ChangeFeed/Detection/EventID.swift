// The id of an event, which the same change has however often it is detected and sent.

import Crypto

package enum EventID {
    /// `evt_` and 32 letters and digits: 160 bits of a SHA-256 over everything that tells one change from another.
    ///
    /// The version keeps a value that goes A → B → A → B in three events apart; the content keeps apart what two
    /// histories of one store, one of them restored from a backup, announced under the same version. `account` names
    /// the instance of Insightly; `version` is the record's after this event; `content` is the record as announced.
    package static func make(
        account: String, resource: ResourceName, record: RecordID, version: Int, content: ArraySlice<UInt8>,
        kind: ChangeKind
    ) -> String {
        var hash = SHA256()
        for part in ["event 1", account, resource.text, record.text, String(version), kind.rawValue] {
            add(Array(part.utf8)[...], to: &hash)
        }
        add(content, to: &hash)
        return "evt_" + base32(Array(hash.finalize().prefix(20)))
    }

    /// Each part follows its length, so that no two lists of parts are the same bytes.
    private static func add(_ part: ArraySlice<UInt8>, to hash: inout SHA256) {
        withUnsafeBytes(of: UInt64(part.count).bigEndian) { hash.update(bufferPointer: $0) }
        part.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    /// RFC 4648 in lower case, for a number of bytes that needs no padding.
    private static func base32(_ bytes: [UInt8]) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var digits: [UInt8] = []
        var buffer = 0
        var bits = 0
        for byte in bytes {
            buffer = (buffer << 8 | Int(byte)) & 0xFFF
            bits += 8
            while bits >= 5 {
                bits -= 5
                digits.append(alphabet[buffer >> bits & 31])
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
