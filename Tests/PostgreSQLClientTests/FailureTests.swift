// Failures are told apart, and say what to do without a value of anybody's.

import ChangeFeed
import Testing

@testable import PostgreSQLClient

struct FailureTests {
    @Test(arguments: [
        ("40001", PostgreSQLTrouble.serialization), ("40P01", .deadlock), ("55P03", .lockTimeout),
        ("57014", .cancelled), ("57P01", .shuttingDown), ("57P03", .shuttingDown), ("53100", .diskFull),
        ("57P05", .shuttingDown), ("25P03", .shuttingDown),
        ("53300", .tooManyConnections), ("23505", .uniqueViolation), ("42501", .missingPrivilege),
        ("3F000", .undefinedTable), ("42P01", .undefinedTable), ("25006", .readOnly), ("28P01", .notAuthenticated),
        ("28000", .notAuthenticated), ("3D000", .undefinedDatabase), ("42601", .other), ("08P01", .connectionLost),
    ])
    func statesAreClasses(state: String, trouble: PostgreSQLTrouble) {
        let failure = PostgreSQLFailure(sqlState: state, severity: .error, message: "its own words")
        #expect(failure.trouble == trouble)
        #expect(failure.description == "\(trouble.words) (its own words, SQLSTATE \(state))")
    }

    @Test func theLibrarysTextIsTakenApart() {
        let told = DiallingMessage(
            """
            connection to server at "db1", port 5432 failed: FATAL:  28000: no encryption
            connection to server at "db1", port 5432 failed: FATAL:  3D000: database "x": does not exist
            DETAIL:  more
            LOCATION:  InitPostgres, postinit.c:885

            """)
        #expect(told.sqlState == "3D000")
        #expect(told.message == #"database "x": does not exist"#)
        let localized = DiallingMessage("Verbindung: FATAL:  53300: tut uns leid, schon zu viele Verbindungen\n")
        #expect(localized.sqlState == "53300")
        let refused = DiallingMessage(
            "connection to server at \"db1\", port 1 failed: Connection refused\n\tIs it on?\n")
        #expect(refused.sqlState == nil)
        #expect(refused.message == #"connection to server at "db1", port 1 failed: Connection refused"#)
        #expect(DiallingMessage("").message == "libpq gives no reason")
        #expect(DiallingMessage(":  3D000:").sqlState == nil)
    }

    @Test func valuesAreLeftOut() {
        let failure = PostgreSQLFailure(
            sqlState: "22003", severity: .error, message: #"value "4711" is out of range for type integer"#)
        #expect(!"\(failure)".contains("4711"))
    }

    @Test func aMissingLibrarySaysHowToGetIt() throws {
        let missing = try #require(
            #expect(throws: PostgreSQLLibraryMissing.self) { try PostgreSQLLibrary("libpq-of-nobody.so.5") })
        #expect("\(missing)".contains("apt-get install libpq5"))
        #expect("\(missing)".contains("libpq-of-nobody.so.5"))
        // It is there, and has nothing of what is needed.
        let other = try #require(
            #expect(throws: PostgreSQLLibraryMissing.self) { try PostgreSQLLibrary("libc.so.6") })
        #expect("\(other)".contains("it has no PQclear"))
        #expect("\(other)".contains("14 or newer"))
    }

    @Test func versionsAreWritten() {
        #expect(PostgreSQLServer.words(version: 150_018) == "15.18")
        #expect(PostgreSQLServer.words(version: 120_000) == "12.0")
        #expect(PostgreSQLServer.words(version: 90_624) == "9.6")
        let failure = PostgreSQLFailure(.tooOld(version: 110_022), "it says so itself")
        #expect("\(failure)".contains("11.22"))
        #expect("\(failure)".contains("12.0"))
    }
}
