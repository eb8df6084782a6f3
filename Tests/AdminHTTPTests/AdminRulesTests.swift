// Which visitors the admin server answers.

import ChangeFeed
import Testing

@testable import AdminHTTP

@Suite("The admin server's rules")
struct AdminRulesTests {
    private let rules = AdminRules(.tcp(host: "127.0.0.1", port: 9464), machine: "Crm7")

    private func status(_ visitor: Visitor, _ rules: AdminRules? = nil) -> Int {
        (rules ?? self.rules).refusal(of: visitor)?.status ?? 200
    }

    @Test(
        "Names of this machine and addresses are its own, and no other name is",
        arguments: [
            ("127.0.0.1:9464", 200), ("localhost", 200), ("LOCALHOST:1", 200), ("localhost.", 200),
            ("a.localhost", 200),
            ("[::1]:9464", 200), ("10.1.2.3", 200), ("crm7:9464", 200), ("crm7.evil.example", 421),
            ("evil.example:9464", 421), ("localhost.evil.example", 421), ("127.0.0.1.evil.example", 421),
            ("xcrm7", 421), ("", 421), (":9464", 421), ("[::1", 421), ("1.2.3.4.5", 421), ("256.1.1.1", 421),
        ])
    func hosts(host: String, expected: Int) {
        #expect(status(Visitor(host: host)) == expected)
    }

    @Test("The name it was told to listen on is its own; at a socket in the file system every name is")
    func listening() {
        let visitor = Visitor(host: "daemon:9464")
        #expect(status(visitor) == 421)
        #expect(status(visitor, AdminRules(.tcp(host: "Daemon", port: 9464), machine: "x")) == 200)
        #expect(status(visitor, AdminRules(.unix(path: "/run/admin.sock"), machine: "x")) == 200)
    }

    @Test(
        "Pages of other sites are refused, its own are not",
        arguments: [
            ("http://localhost:9464", 200), ("https://localhost:9464", 200), ("http://localhost", 403),
            ("http://evil.example", 403), ("null", 403), ("", 403),
        ])
    func origins(origin: String, expected: Int) {
        #expect(status(Visitor(host: "localhost:9464", origins: [origin])) == expected)
    }

    @Test(
        "What a browser says comes from elsewhere is refused",
        arguments: [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403), ("", 403)])
    func fetchSites(site: String, expected: Int) {
        #expect(status(Visitor(host: "localhost", fetchSite: site)) == expected)
    }

    @Test(
        "Where there is a token, it has to be shown whole",
        arguments: [
            (nil, 401), ("Bearer", 401), ("Bearer ", 401), ("Bearer t0ken", 200), ("bearer  t0ken", 200),
            ("Bearer t0ke", 401), ("Bearer t0kenn", 401), ("Basic t0ken", 401), ("t0ken", 401),
        ] as [(String?, Int)])
    func tokens(authorization: String?, expected: Int) {
        let rules = AdminRules(.tcp(host: "0.0.0.0", port: 9464), machine: "x", token: Secret("t0ken"))
        let refusal = rules.refusalWithoutCredentials(Visitor(host: "localhost", authorization: authorization))
        #expect((refusal?.status ?? 200) == expected)
        #expect(refusal.map { $0.headers.map(\.name) == ["WWW-Authenticate"] } ?? true)
        #expect(self.rules.refusalWithoutCredentials(Visitor(authorization: authorization)) == nil)
    }

    @Test(
        "Who sends hints shows both name and password",
        arguments: [
            ("Basic aG9vazpwYXNz", 200), ("basic aG9vazpwYXNz", 200), ("Basic aG9vazpwYXN0", 401),
            ("Bearer aG9vazpwYXNz", 401), ("Basic", 401), (nil, 401),
        ] as [(String?, Int)])
    func hintCredentials(authorization: String?, expected: Int) {
        let rules = AdminRules(username: "hook", password: Secret("pass"))
        let visitor = Visitor(host: "hints.example.com", authorization: authorization)
        #expect(rules.refusal(of: visitor) == nil)
        #expect((rules.refusalWithoutCredentials(visitor)?.status ?? 200) == expected)
    }

    @Test(
        "A wrong method is told the right ones; what is not there is not there, whatever the method",
        arguments: [
            ("GET", "/metrics", 200), ("HEAD", "/healthz", 200), ("GET", "/healthz/", 200), ("POST", "/healthz", 405),
            ("OPTIONS", "/metrics", 405), ("DELETE", "/nothing", 404), ("GET", "/v1", 404), ("GET", "/v1/replay", 405),
            ("GET", "/v1/events/7", 200), ("GET", "/v1/events/7/8", 404),
        ])
    func routes(method: String, path: String, expected: Int) {
        let problem = AdminRoute.ofDaemon(version: "0").problem(of: method, at: path)
        #expect((problem?.status ?? 200) == expected)
        guard expected == 405 else { return }
        let allowed = path == "/v1/replay" ? "POST" : "GET, HEAD"
        #expect(problem?.headers == [AdminHeader(name: "Allow", value: allowed)])
    }
}
