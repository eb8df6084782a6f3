// Addresses are taken apart by libpq's rules, and no word about them shows a secret.

import PostgreSQLClient
import Testing

struct AddressTests {
    private func targets(_ text: String) throws -> [String] {
        try PostgreSQLAddress(text).targets.map(\.description)
    }

    private func problem(_ text: String) -> PostgreSQLAddressProblem? {
        #expect(throws: PostgreSQLAddressProblem.self) { try PostgreSQLAddress(text) }
    }

    @Test func bothFormsAreRead() throws {
        let url = try PostgreSQLAddress("postgresql://iw:s%40c@db1:5433/insightly?sslmode=require")
        #expect(url.database == "insightly")
        #expect(url.user == "iw")
        #expect(url.targets.map(\.description) == ["db1:5433"])
        let words = try PostgreSQLAddress("host=db1 port=5433 user=iw password=s@c dbname=insightly sslmode=require")
        #expect(words == url)
        #expect(try PostgreSQLAddress("postgresql:///insightly").user == nil)
        #expect(try targets("postgresql:///insightly?host=/run/postgresql") == ["/run/postgresql"])
        #expect(try targets("dbname=x") == ["the default host"])
        #expect(try targets("postgresql://[::1]:5433/x") == ["[::1]:5433"])
    }

    @Test func listsBecomeTargets() throws {
        #expect(try targets("postgresql://a:1,b:2,c:3/x") == ["a:1", "b:2", "c:3"])
        #expect(try targets("postgresql://a,b/x?port=7") == ["a:7", "b:7"])
        #expect(try targets("host=a,,c port=1,,3 dbname=x") == ["a:1", "the default host", "c:3"])
        #expect(try targets("host=a hostaddr=10.0.0.1 dbname=x") == ["a"])
        #expect(try targets("hostaddr=10.0.0.1,10.0.0.2 dbname=x") == ["10.0.0.1", "10.0.0.2"])
        #expect(problem("host=a,b,c port=1,2 dbname=x") == .unequalLists)
        #expect(problem("host=a port=1,2 dbname=x") == .unequalLists)
        #expect(problem("host=a,b hostaddr=10.0.0.1 dbname=x") == .unequalLists)
        #expect(problem("host=a,b port=1,0 dbname=x") == .notAPort)
        #expect(problem("host=a port=99999 dbname=x") == .notAPort)
    }

    @Test func whatWillNotDoIsRefused() throws {
        #expect(problem("postgresql://db1") == .noDatabase)
        #expect(problem("postgresql://db1/") == .noDatabase)
        #expect(problem("host=db1 user=iw") == .noDatabase)
        #expect(problem("insightly") == .notUnderstood(because: "missing \"=\" after"))
        #expect(problem("postgres+ssl://db1/x") == .notUnderstood(because: "missing \"=\" after"))
        #expect(problem("postgresql://db1/x\0") == .notUnderstood(because: nil))
        #expect(problem("postgresql://iw:p%zz@db1/x") == .notUnderstood(because: "invalid percent-encoded token"))
        #expect(problem("postgresql://USER@HOST:PORT/DATABASE") == .portToFillIn)
        #expect(problem("postgresql://db1/x?options=-c%20statement_timeout%3D5") == .options)
        #expect(
            "\(try #require(problem("postgresql://db1")))"
                == "it names no database: postgresql://HOST/DATABASE, or dbname=DATABASE")
    }

    @Test(arguments: [
        ("postgresql://iw@db1/x?sslmod=require", "sslmode"),
        ("postgresql://db1/x?application_nam=a&sslmode=require", "application_name"),
        ("host=db1 dbnam=x", "dbname"), ("host=db1 dbname=x pasword='a b=c'", "password"),
    ])
    func aSlipInTheNameOfAParameterIsTold(text: String, meant: String) throws {
        #expect(problem(text) == .unknownParameter(meant: meant))
    }

    @Test(arguments: [
        ("postgresql://iw@db1/x?sslmode=requires", "sslmode"),
        ("host=db1 dbname=x target_session_attrs=writable", "target_session_attrs"),
        ("host=db1 dbname=x channel_binding=yes sslmode=require", "channel_binding"),
    ])
    func aValueThatNoParameterHasIsTold(text: String, keyword: String) throws {
        #expect(problem(text) == .badValue(of: keyword))
    }

    /// A password that is not written as it should be ends up elsewhere: what is left of it in the host is not shown.
    @Test(arguments: [
        "postgresql://iw:hid@den@db1/x", "postgresql://iw:hidden/more@db1/x", "postgresql://iw:5432/hidden@db1/x",
        "postgresql://iw:hidden%zz@db1/x", "password=hid den dbname=x", "postgresql://iw:hidden@db1/x?nonsense=1",
        #"postgresql://iw:="hidden%zz@db1/x"#, #"postgresql://iw:]"hidden%zz@db1/x"#,
        #"host=db1 password=pa ]"hidden dbname=x"#,
        "postgresql://iw:hidden@[db1/x", "host=db1 hidden dbname=x", "postgresql://iw:hid%zz@db1/x?ssl=true",
    ])
    func noSecretIsInAProblem(text: String) throws {
        let words = "\(try #require(problem(text)))"
        for part in ["hid", "den", "more"] { #expect(!words.contains(part), "\(words)") }
    }

    @Test func noSecretIsInADescription() throws {
        let address = try PostgreSQLAddress("postgresql://iw:hidden@db1:5433,db2/insightly?sslpassword=hidden")
        #expect(address.description == #"database "insightly" at db1:5433 or db2, as user "iw""#)
        var dumped = ""
        dump(address, to: &dumped)
        for words in [dumped, "\(address)", String(reflecting: address)] { #expect(!words.contains("hidden")) }
    }
}
