// Where a workflow of Insightly says that a resource changed.

extension AdminRoute {
    /// What is sent with a hint is of no interest: what changed, a poll finds out.
    static let hints: [AdminRoute] = [
        AdminRoute(
            method: .post, path: "/hint/{resource}",
            summary: "A record of this resource changed: it is polled within seconds, as far as the quota allows.",
            described: Description(told: [.init(status: 202, text: "It is polled soon.", type: "text/plain")]),
            takesJSON: false
        ) { request, desk in
            let resource = request.parameters["resource"] ?? ""
            guard try desk.hint(resource) else {
                throw AdminProblem(
                    status: 404,
                    detail: "no resource of this name is polled; write one of event.poller.configuration")
            }
            return .text("", status: 202)
        }
    ]
}
