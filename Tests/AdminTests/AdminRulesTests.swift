// Which requests the admin server answers.

import Testing

@testable import Admin

@Suite("The admin server's rules")
struct AdminRulesTests {
    private let rules = AdminRules(.tcp(host: "127.0.0.1", port: 9464), machine: "Crm7")

    private func status(_ request: AdminRequest, _ rules: AdminRules? = nil) -> Int {
        switch (rules ?? self.rules).verdict(on: request) {
        case .route: 200
        case .refused(let answer): answer.status
        }
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
        #expect(status(AdminRequest(method: "GET", target: "/healthz", hosts: [host])) == expected)
    }

    @Test("HTTP/1.1 names its host once; HTTP/1.0 need not")
    func hostsNamed() {
        #expect(status(AdminRequest(method: "GET", target: "/healthz")) == 400)
        #expect(status(AdminRequest(method: "GET", target: "/healthz", hosts: ["localhost", "localhost"])) == 400)
        #expect(status(AdminRequest(method: "GET", target: "/healthz", namesItsHost: false)) == 200)
    }

    @Test("The name it was told to listen on is its own; at a socket in the file system every name is")
    func listening() {
        let request = AdminRequest(method: "GET", target: "/metrics", hosts: ["daemon:9464"])
        #expect(status(request) == 421)
        #expect(status(request, AdminRules(.tcp(host: "Daemon", port: 9464), machine: "x")) == 200)
        #expect(status(request, AdminRules(.unix(path: "/run/admin.sock"), machine: "x")) == 200)
    }

    @Test(
        "Pages of other sites are refused, its own are not",
        arguments: [
            ("http://localhost:9464", 200), ("https://localhost:9464", 200), ("http://localhost", 403),
            ("http://evil.example", 403), ("null", 403), ("", 403),
        ])
    func origins(origin: String, expected: Int) {
        let request = AdminRequest(method: "GET", target: "/metrics", hosts: ["localhost:9464"], origins: [origin])
        #expect(status(request) == expected)
    }

    @Test(
        "A wrong method is told the right ones; what is not there is not there, whatever the method",
        arguments: [
            ("GET", "/metrics", 200), ("HEAD", "/healthz?x=1", 200), ("GET", "/healthz/", 200),
            ("POST", "/healthz", 405),
            ("OPTIONS", "/metrics", 405), ("DELETE", "/nothing", 404), ("GET", "/", 404), ("GET", "healthz", 404),
        ])
    func routes(method: String, target: String, expected: Int) {
        let request = AdminRequest(method: method, target: target, hosts: ["localhost"])
        #expect(status(request) == expected)
        guard expected == 405, case .refused(let answer) = rules.verdict(on: request) else { return }
        #expect(answer.headers.contains { $0.name == "Allow" && $0.value == "GET, HEAD" })
    }
}

@Suite("Who may stay connected")
struct AdmissionTests {
    @Test("The one that has waited longest makes room, and never one that is being answered")
    func room() {
        var admission = Admission(most: 2)
        var verdicts = (1...2).map { admission.enter($0) }
        var heard = [admission.asked(1)]
        verdicts.append(admission.enter(3))
        heard += [admission.asked(2), admission.asked(3)]
        verdicts.append(admission.enter(4))
        admission.left(1)
        verdicts.append(admission.enter(5))
        let free = Admission.Verdict.admitted(closing: nil)
        #expect(verdicts == [free, free, .admitted(closing: 2), .refused, free])
        #expect(heard == [true, false, true])
    }

    @Test("Once it is closed nobody enters, and those that asked for nothing are sent away")
    func closing() {
        var admission = Admission(most: 3)
        for number in 1...3 { _ = admission.enter(number) }
        let isHeard = admission.asked(2)
        let sentAway = admission.close()
        let late = admission.enter(4)
        #expect(isHeard && sentAway == [1, 3] && late == .refused)
    }
}
