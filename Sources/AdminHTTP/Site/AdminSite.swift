// From a request to its answer: who may ask, which route it is, what the route says.

import ChangeFeed
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Operations
import Synchronization

/// All that a server of the daemon answers.
struct AdminSite: Sendable {
    private let rules: AdminRules
    private let routes: [AdminRoute]
    private let router: RouterResponder<AdminContext>
    private let logger: Logger

    init(_ routes: [AdminRoute], rules: AdminRules, desk: any AdminDesk, logger: Logger) {
        self.rules = rules
        self.routes = routes
        self.logger = logger
        let complaints = Complaints(logger: logger)
        let router = Router(context: AdminContext.self, options: .autoGenerateHeadEndpoints)
        for route in routes {
            let routed = RoutedAnswer(
                route: route, rules: rules, desk: desk, complaints: complaints, nothingHere: routes.nothingHere)
            router.on(RouterPath(route.path), method: route.method.http) { request, context in
                Response(await routed.answer(to: request, context.parameters))
            }
        }
        self.router = router.buildResponder()
    }

    func respond(to request: Request) async -> Response {
        if let refusal = rules.refusal(of: Visitor(request)) { return Response(refusal) }
        if let problem = routes.problem(of: request.method.rawValue, at: request.uri.path) {
            return Response(problem.answer)
        }
        let context = AdminContext(source: AdminContext.Source(logger: logger))
        do { return try await router.respond(to: request, context: context) } catch {
            // What the router cannot read is none of its paths.
            return Response(routes.nothingHere.answer)
        }
    }
}

/// What a route answers to a request that has found it.
private struct RoutedAnswer: Sendable {
    /// A wish to send events again names some hundred ids at most.
    private static let bodyLimit = 64 * 1024

    let route: AdminRoute
    let rules: AdminRules
    let desk: any AdminDesk
    let complaints: Complaints
    let nothingHere: AdminProblem

    func answer(to request: Request, _ parameters: Parameters) async -> AdminAnswer {
        if route.access == .bearer, let refusal = rules.refusalWithoutCredentials(Visitor(request)) { return refusal }
        do {
            let read = try await read(request, parameters)
            let answer = try await route.answer(read, route.isOfAccount ? try desk.desk(of: read.account) : desk)
            if route.access == .bearer, route.path.hasPrefix("/v1/") { complaints.end() }
            return answer
        } catch let problem as AdminProblem {
            return problem.answer
        } catch let busy as DeskBusy {
            return AdminProblem(
                status: 503, detail: busy.reason, headers: [AdminHeader(name: "Retry-After", value: "1")]
            ).answer
        } catch let problem as OperationProblem {
            if case .store(let cause) = problem { complaints.say(cause, of: route) }
            return AdminProblem(problem).answer
        } catch {
            if !(error is CancellationError) { complaints.say(error, of: route) }
            return AdminProblem(status: 503, detail: "The state store cannot be read; the log says why.").answer
        }
    }

    private func read(_ request: Request, _ parameters: Parameters) async throws -> AdminRequest {
        var read = AdminRequest()
        for (name, value) in parameters {
            guard let value = String(value).removingPercentEncoding else { throw nothingHere }
            read.parameters[String(name)] = value
        }
        for (name, value) in request.uri.queryParameters {
            let name = String(name)
            guard route.wholeQuery.contains(where: { $0.name == name }) else {
                let known = route.wholeQuery.map(\.name).joined(separator: ", ")
                throw AdminProblem(
                    status: 400,
                    detail: "The query has no \(name) here; " + (known.isEmpty ? "it has nothing" : "it has \(known)"))
            }
            guard read.query.updateValue(String(value), forKey: name) == nil else {
                throw AdminProblem(status: 400, detail: "The query has \(name) twice; write it once")
            }
        }
        if route.isOfAccount { read.account = read.query.removeValue(forKey: AdminRoute.account.name) }
        if route.method == .post { read.body = try await body(of: request) }
        return read
    }

    private func body(of request: Request) async throws -> [UInt8] {
        guard route.takesJSON else {
            // Its sender misses the answer else. How long that may take, the connection's end says.
            do { for try await _ in request.body {} } catch {
                throw AdminProblem(status: 400, detail: "The body did not come as its headers say, or not whole")
            }
            return []
        }
        let body: ByteBuffer
        do { body = try await request.body.collect(upTo: Self.bodyLimit) } catch is NIOTooManyBytesError {
            throw AdminProblem(status: 413, detail: "The body is larger than \(Self.bodyLimit) bytes")
        } catch {
            throw AdminProblem(status: 400, detail: "The body did not come as its headers say, or not whole")
        }
        // No form of a page in a browser can be sent as that.
        if body.readableBytes > 0, !request.headers.namesJSON {
            throw AdminProblem(status: 415, detail: "Send JSON, with Content-Type: application/json")
        }
        return Array(body.readableBytesView)
    }
}

/// What the log says of a store that answers nothing: once, until it answers again, however often somebody asks.
private final class Complaints: Sendable {
    private let logger: Logger
    private let last = Mutex(String?.none)

    init(logger: Logger) {
        self.logger = logger
    }

    func say(_ cause: any Error, of route: AdminRoute) {
        let words = "\(cause)"
        let isNews = last.withLock { last in
            defer { last = words }
            return last != words
        }
        if isNews { logger.warning("\(route.path) could not be answered from the state store: \(words)") }
    }

    func end() { last.withLock { $0 = nil } }
}

/// What the router wants of a request's surroundings.
struct AdminContext: RequestContext {
    struct Source: RequestContextSource {
        let logger: Logger
    }

    var coreContext: CoreRequestContextStorage

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}

extension AdminRoute.Method {
    fileprivate var http: HTTPRequest.Method {
        switch self {
        case .get: .get
        case .post: .post
        }
    }
}

extension HTTPFields {
    fileprivate var namesJSON: Bool {
        let type = self[.contentType]?.split(separator: ";").first?.filter { $0 != " " }
        return type?.lowercased() == "application/json"
    }
}

extension Visitor {
    fileprivate init(_ request: Request) {
        self.init(
            host: request.head.authority, origins: request.headers[values: .origin],
            fetchSite: HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] },
            authorization: request.headers[.authorization])
    }
}

extension Response {
    fileprivate init(_ answer: AdminAnswer) {
        var headers: HTTPFields = [.contentType: answer.type, .contentLength: String(answer.body.count)]
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { headers[name] = header.value }
        }
        self.init(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
