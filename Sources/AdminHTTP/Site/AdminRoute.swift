// One thing that can be asked for at the admin server.

import APIDescription

/// What answers a method at a path, with what its document says of it.
struct AdminRoute: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    enum Access: Sendable {
        /// It tells nothing of what the daemon knows.
        case anybody
        /// Where there is a token, it has to be shown.
        case bearer
    }

    struct Parameter: Sendable {
        let name: String
        /// One sentence, for the document.
        let text: String
        var schema = JSONSchema.string(minLength: 1)
    }

    typealias Answering = @Sendable (AdminRequest, any AdminDesk) async throws -> AdminAnswer

    let method: Method
    /// `/v1/events/{event}`
    let path: String
    var access = Access.bearer
    /// One sentence, for the document.
    let summary: String
    /// That the query may have.
    var query: [Parameter] = []
    let described: Description
    /// Whether what is sent has to be JSON; else it is of no interest.
    var takesJSON = true
    /// Whether it is about one account.
    var isOfAccount = true
    let answer: Answering

    static let account = Parameter(
        name: "account", text: "Of this account, where the configuration names more than one.")

    /// What the query may have.
    var wholeQuery: [Parameter] { query + (isOfAccount ? [Self.account] : []) }

    /// Whether the path of a request is one of this route.
    func isAt(_ path: String) -> Bool {
        let (own, asked) = (self.path.split(separator: "/"), path.split(separator: "/"))
        return own.count == asked.count && zip(own, asked).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }
}

extension [AdminRoute] {
    var nothingHere: AdminProblem { .nothingHere(isDescribed: contains { $0.isAt("/v1/openapi.json") }) }

    /// Why none of them answers a method at a path; nil where one does.
    func problem(of method: String, at path: String) -> AdminProblem? {
        var methods = Set(filter { $0.isAt(path) }.map(\.method.rawValue))
        if methods.isEmpty { return nothingHere }
        if methods.contains("GET") { methods.insert("HEAD") }
        if methods.contains(method) { return nil }
        let allowed = methods.sorted().joined(separator: ", ")
        return AdminProblem(
            status: 405, detail: "Ask with \(allowed).", headers: [AdminHeader(name: "Allow", value: allowed)])
    }
}
