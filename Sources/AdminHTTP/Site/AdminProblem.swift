// Why a request is refused, for programs and for people.

import Operations

/// Why a request gets no answer of its route.
struct AdminProblem: Error {
    let status: Int
    let detail: String
    var headers: [AdminHeader] = []

    /// - Parameter described: whether the server says by itself what there is.
    static func nothingHere(isDescribed: Bool) -> AdminProblem {
        AdminProblem(
            status: 404,
            detail: isDescribed
                ? "There is nothing here; /v1/openapi.json says what there is."
                : "There is nothing here; hints are sent to /hint/RESOURCE.")
    }

    /// As RFC 9457 has it.
    var answer: AdminAnswer {
        let document = ProblemDocument(status: status, title: Self.titles[status] ?? "Error", detail: detail)
        let text = (try? AnswerJSON.text(of: document)) ?? "{}"
        return AdminAnswer(
            status: status, type: "application/problem+json", headers: headers, body: Array((text + "\n").utf8))
    }

    private static let titles = [
        400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 413: "Content Too Large",
        415: "Unsupported Media Type", 500: "Internal Server Error", 503: "Service Unavailable",
    ]
}

private struct ProblemDocument: Encodable {
    let status: Int
    let title: String
    let detail: String
}

extension AdminProblem {
    init(_ problem: OperationProblem) {
        switch problem {
        case .invalid(let lines): self.init(status: 400, detail: lines.joined(separator: "; "))
        case .deliveryWaits: self.init(status: 409, detail: problem.lines.joined())
        case .store: self.init(status: 503, detail: "The state store cannot be read; the log says why.")
        case .unreadableEvent: self.init(status: 500, detail: problem.lines.joined())
        default: self.init(status: problem.isOfSomethingUnknown ? 404 : 400, detail: problem.lines.joined())
        }
    }
}
