// Values go to the server and come back as they were.

import PostgreSQLClient
import PrivatePostgreSQL
import Testing

@Suite(.sharedCluster, .timeLimit(.minutes(60)))
struct ValueTests {
    /// A row of what the parameters were, under the names `a`, `b` and so on.
    private func echo(_ parameters: PostgreSQLValue...) async throws -> PostgreSQLRow {
        let names = "abcdefghijklmnop".map(String.init)
        let columns = parameters.indices.map { "$\($0 + 1) AS \(names[$0])" }
        let connection = try await PostgreSQLConnection.to(SharedCluster.current.address)
        let rows = try await connection.ask("SELECT " + columns.joined(separator: ", "), parameters)
        return try #require(rows.first)
    }

    @Test func scalarsComeBack() async throws {
        let id = PostgreSQLUUID(high: 0xa0ee_bc99_9c0b_4ef8, low: 0xbb6d_6bb9_bd38_0a11)
        let everyByte = [UInt8](0...255)
        let row = try await echo(
            .int8(.min), .int8(.max), .int4(.min), .bool(true), .bool(false), .bytes(everyByte), .bytes([]),
            .text("é 😀 \u{1}"), .text(""), .uuid(id))
        #expect(try row.value("a") == Int64.min)
        #expect(try row.value("b") == Int64.max)
        #expect(try row.value("c") == Int32.min)
        #expect(try row.value("d") == true)
        #expect(try row.value("e") == false)
        #expect(try row.value("f") == everyByte)
        #expect(try row.value("g") == [UInt8]())
        #expect(try row.value("h") == "é 😀 \u{1}")
        #expect(try row.value("i") == "")
        #expect(try row.value("j") == id)
        #expect(id.description == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")
    }

    @Test func theServerReadsThemAsTheyAreMeant() async throws {
        let connection = try await PostgreSQLConnection.to(SharedCluster.current.address)
        let row = try #require(
            try await connection.ask(
                "SELECT concat_ws('|', $1, $2, $3, encode($4, 'hex'), $5, $6, $7, $8::text, $9, $10) AS words",
                [
                    .int8(-5), .int4(7), .bool(true), .bytes([0, 255]), .text("x"),
                    .uuid(PostgreSQLUUID(high: 1, low: 2)), PostgreSQLValue(array: [Int64(1), nil, -3]),
                    PostgreSQLValue(array: [[UInt8]]([[0], []])), PostgreSQLValue(array: ["a", nil, ""]),
                    PostgreSQLValue(array: [true, nil, false]),
                ]
            ).first)
        #expect(
            try row.value("words")
                == #"-5|7|t|00ff|x|00000000-0000-0001-0000-000000000002|{1,NULL,-3}|"#
                + #"{"\\x00","\\x"}|{a,NULL,""}|{t,NULL,f}"#
        )
    }

    @Test func nullsComeBackAsNil() async throws {
        let row = try await echo(.int8(nil), .int4(nil), .bool(nil), .bytes(nil), .text(nil), .uuid(nil), .int8(5))
        #expect(try row.optional("a", as: Int64.self) == nil)
        #expect(try row.optional("b", as: Int32.self) == nil)
        #expect(try row.optional("c", as: Bool.self) == nil)
        #expect(try row.optional("d", as: [UInt8].self) == nil)
        #expect(try row.optional("e", as: String.self) == nil)
        #expect(try row.optional("f", as: PostgreSQLUUID.self) == nil)
        #expect(try row.optional("g", as: Int64.self) == 5)
    }

    @Test func arraysComeBackWithTheirNulls() async throws {
        let row = try await echo(
            PostgreSQLValue(array: [1, nil, Int64.min]), PostgreSQLValue(array: [[0, 1], nil, []] as [[UInt8]?]),
            PostgreSQLValue(array: ["a", nil, "é"]), PostgreSQLValue(array: [true, nil, false]),
            PostgreSQLValue(array: [Int64?]()), PostgreSQLValue(array: [String?]()))
        #expect(try row.array("a", of: Int64.self) == [1, nil, .min])
        #expect(try row.array("b", of: [UInt8].self) == [[0, 1], nil, []])
        #expect(try row.array("c", of: String.self) == ["a", nil, "é"])
        #expect(try row.array("d", of: Bool.self) == [true, nil, false])
        #expect(try row.array("e", of: Int64.self) == [])
        #expect(try row.array("f", of: String.self) == [])
    }

    @Test func columnsAreAsLongAsTheirRows() async throws {
        let records: [(key: [UInt8], version: Int64, text: String?)] = [([1], 5, "a"), ([2], 6, nil), ([], 7, "")]
        let columns = PostgreSQLColumns(records).column { $0.key }.column { $0.version }.column { $0.text }
        let connection = try await PostgreSQLConnection.to(SharedCluster.current.address)
        let rows = try await connection.ask(
            "SELECT * FROM unnest($1::bytea[], $2::int8[], $3::text[]) AS row (key, version, text)", columns.parameters)
        #expect(try rows.map { try $0.value("key", as: [UInt8].self) } == records.map(\.key))
        #expect(try rows.map { try $0.value("version", as: Int64.self) } == records.map(\.version))
        #expect(try rows.map { try $0.optional("text", as: String.self) } == records.map(\.text))
    }

    @Test func rowsKeepTheirNullsApart() async throws {
        let connection = try await PostgreSQLConnection.to(SharedCluster.current.address)
        let rows = try await connection.ask(
            "SELECT * FROM (VALUES (NULL, 'a'), ('b', NULL), (NULL, NULL), ('', 'c')) AS row (left_one, right_one)")
        #expect(try rows.map { try $0.optional("left_one", as: String.self) } == [nil, "b", nil, ""])
        #expect(try rows.map { try $0.optional("right_one", as: String.self) } == ["a", nil, nil, "c"])
    }

    @Test func aWrongTypeIsNamedWithItsColumn() async throws {
        let row = try await echo(.int8(5), .text(nil), PostgreSQLValue(array: [Int64(1)]))
        #expect(
            words { try row.value("a", as: Int32.self) }
                == #"column "a" of an answer cannot be read: it is of type int8, and int4 was asked for"#)
        #expect(words { try row.value("b", as: String.self) } == #"column "b" of an answer cannot be read: it is NULL"#)
        #expect(
            words { try row.value("c", as: Int64.self) }
                == #"column "c" of an answer cannot be read: it is of type int8[], and int8 was asked for"#)
        #expect(
            words { try row.value("z", as: Int64.self) }
                == #"column "z" of an answer cannot be read: there is none of this name"#)
    }

    private func words(_ reading: () throws -> some Any) -> String? {
        do {
            _ = try reading()
            return nil
        } catch { return "\(error)" }
    }

    @Test func noValueIsPrinted() async throws {
        let statement = PostgreSQLStatement("asked", "SELECT $1 AS name", [.text("somebody")])
        let connection = try await PostgreSQLConnection.to(SharedCluster.current.address)
        let rows = try await connection.ask(statement.sql, statement.parameters)
        let row = try #require(rows.first)
        #expect("\(rows)" == "1 rows of name")
        for value in [statement, rows, row] as [any Sendable] {
            var dumped = ""
            dump(value, to: &dumped)
            for words in [dumped, "\(value)", String(reflecting: value)] {
                #expect(!words.contains("somebody") && !words.contains("115"), "\(words)")
            }
        }
        #expect(try row.value("name") == "somebody")
    }

    @Test func textThatNoServerTakesIsNotSent() async throws {
        #expect(PostgreSQLValue.text(utf8: [0xc3, 0x28]) == nil)
        #expect(PostgreSQLValue.text(utf8: [0xed, 0xa0, 0x80]) == nil, "half of a pair of surrogates")
        #expect(PostgreSQLValue.text(utf8: [0xc3, 0xa9]) == .text("é"))
        let connection = try await PostgreSQLConnection.to(SharedCluster.current.address)
        for value in [PostgreSQLValue.text("a\0b"), PostgreSQLValue(array: ["a", nil, "\0"])] {
            let failure = await #expect(throws: PostgreSQLFailure.self) {
                try await connection.ask("SELECT $1, $2", [.int8(1), value])
            }
            #expect(failure?.trouble == .unsendable)
            #expect(failure?.message.contains("parameter 2 ") == true)
        }
        #expect(try await connection.ask("SELECT 1::int8 AS one").first?.value("one") == Int64(1))
    }
}
