// Dictionaries that nothing is packed by any more go.

import ChangeFeed
import PostgreSQLClient
import StoredForms

extension PostgresAccountStore {
    /// Removes those of the account that no row needs, but for the newest of each resource, which rows may be packed by at
    /// any moment. Nobody but who leads the account does.
    package func dropUnneeded() throws {
        let old = PostgreSQLStatement(
            "older dictionaries", Self.olderDictionaries(in: link.schema), [.int8(link.account)])
        for row in try link.read([old])[0] {
            let (number, resource): (Int64, Int64) = (try row.value("number"), try row.value("resource_id"))
            let head = PackedForm.head(ofFrameBy: UInt32(truncatingIfNeeded: number))
            let need = PostgreSQLStatement(
                "whether a dictionary is needed", Self.need(in: link.schema),
                [.int8(link.account), .int8(resource), .bytes(head)])
            guard try !link.readPatiently(need)[0].value("is_needed", as: Bool.self) else { continue }
            try link.write([
                PostgreSQLStatement(
                    "dictionary", "DELETE FROM \(link.schema).dictionary WHERE number = $1", [.int8(number)])
            ])
        }
    }

    private static func olderDictionaries(in schema: String) -> String {
        """
        SELECT number, resource_id FROM \(schema).dictionary AS old WHERE account_id = $1 AND EXISTS (
            SELECT FROM \(schema).dictionary AS newer WHERE newer.account_id = $1
                AND newer.resource_id = old.resource_id AND newer.number > old.number)
        ORDER BY number
        """
    }

    /// What is folded is told of an event of the resource, and so it is looked for with that.
    private static func need(in schema: String) -> String {
        let head = "substr(%, 1, \(PackedForm.headBytes)) = $3"
        func rows(_ table: String, _ column: String) -> String {
            "SELECT FROM \(schema).\(table) WHERE account_id = $1 AND resource_id = $2 AND "
                + head.replacing("%", with: column)
        }
        let folded = ["base", "body"].map { column in
            "SELECT FROM \(schema).fold WHERE account_id = $1 AND " + head.replacing("%", with: column)
        }
        let all =
            [rows("known_record", "content"), rows("unstamped_change", "content"), rows("event", "body")] + folded
        return "SELECT " + all.map { "EXISTS (\($0))" }.joined(separator: " OR ") + " AS is_needed"
    }
}
