// What libpq is given for a server, and what it is not.

import ChangeFeed
import Testing

@testable import PostgreSQLClient

struct DiallingTests {
    private func keywords(_ address: String, target: Int = 0) throws -> [String: String] {
        let address = try PostgreSQLAddress(address)
        let dialling = PostgreSQLDialling(applicationName: "ours", patience: .seconds(1), unacknowledged: .seconds(4))
        return dialling.keywords(for: address.targets[target], of: address)
    }

    @Test func silenceIsNoticedByBothWays() throws {
        let given = try keywords("dbname=x keepalives=0 keepalives_idle=600 tcp_user_timeout=600000")
        #expect(given["keepalives"] == "1")
        #expect(given["keepalives_idle"] == "3")
        #expect(given["keepalives_interval"] == "2")
        #expect(given["keepalives_count"] == "3")
        #expect(given["tcp_user_timeout"] == "4000")
    }

    @Test func theSessionIsNamedAndHasNoOptions() throws {
        let given = try keywords("dbname=x application_name=theirs client_encoding=latin1 target_session_attrs=standby")
        #expect(given["application_name"] == "ours")
        #expect(given["client_encoding"] == "UTF8")
        #expect(given["target_session_attrs"] == "any")
        #expect(given["options"] == nil)
    }

    @Test func eachTargetIsGivenAlone() throws {
        let text = "host=a,b hostaddr=10.0.0.1,10.0.0.2 port=1,2 dbname=x user=iw password=hidden sslmode=verify-full"
        let given = try keywords(text, target: 1)
        #expect(given["host"] == "b")
        #expect(given["hostaddr"] == "10.0.0.2")
        #expect(given["port"] == "2")
        #expect(given["dbname"] == "x")
        #expect(given["user"] == "iw")
        #expect(given["password"] == "hidden")
        #expect(given["sslmode"] == "verify-full")
        let bare = try keywords("dbname=x")
        #expect(bare["host"] == nil && bare["hostaddr"] == nil && bare["port"] == nil)
    }
}
