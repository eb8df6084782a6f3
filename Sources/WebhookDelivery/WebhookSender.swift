// One POST to a receiver: within its time, to an address that may be called, its answer read only so far.

import ChangeFeed
import HTTPFaults
import NIOCore
import NIOSSL

/// Sends webhooks. It never follows a redirect, and sends twice within one attempt only where a kept connection had ended.
package struct WebhookSender: Sendable {
    /// Bytes of an answer's body read before the connection is dropped.
    package static let answerBytesRead = 65_536

    /// What is not waited for any longer, though the attempt had time.
    package struct Patience: Sendable {
        package var connecting: Duration = .seconds(5)
        /// For what the certificate of a receiver says that no handshake came about with.
        package var secondLook: Duration = .seconds(2)

        package init() {}
    }

    private let timeout: Duration
    private let patience: Patience
    private let dialler: Dialler

    /// - Parameters:
    ///   - timeout: for the whole attempt: connecting, sending, and reading the answer.
    ///   - idleTimeout: how long a connection is kept at most that nothing is sent on. Common servers close one after 5 s,
    ///     and a POST sent into that moment would be lost: so we close first.
    ///   - lookup: who is asked for the addresses of the receiver's name.
    ///   - lookupMemory: how long what was found is not looked up again: for a few attempts in a row, no more.
    ///   - certificates: trusted besides those the system trusts, and shown to the receiver.
    ///   - tls: how the receiver proves who it is; left out, by the certificates the system trusts.
    ///
    /// - Throws: where the certificates are of no use.
    package init(
        addressGuard: AddressGuard, timeout: Duration, idleTimeout: Duration = .seconds(4),
        lookup: HostLookup = .system, lookupMemory: Duration = .seconds(10),
        certificates: Certificates = Certificates(), tls: TLSConfiguration? = nil, patience: Patience = Patience()
    ) throws(Certificates.Fault) {
        self.timeout = timeout
        self.patience = patience
        var tls = tls ?? .trustingTheSystem
        tls.minimumTLSVersion = .tlsv12
        // For the receiver's farewell, which nothing depends on.
        tls.shutdownTimeout = .seconds(1)
        try certificates.addTo(&tls)
        dialler = Dialler(
            addressGuard: addressGuard, lookup: lookup.answering(addressGuard.localhost.map { [$0] }),
            terms: .init(timeout: timeout, idleTimeout: idleTimeout, lookupMemory: lookupMemory, tls: tls))
    }

    /// Ends every connection. To be called once, when nothing is in flight any more.
    package func shutdown() async {
        await dialler.shutdown()
    }

    /// Makes one attempt. Cancelling the task ends it at once, as `interrupted`.
    ///
    /// - Parameter turn: waited for, outside of the timeout, where the request has to be made once more because a kept
    ///   connection had ended.
    package func post(
        _ post: WebhookPost, repeatingAfter turn: @escaping @Sendable () async throws -> Void = {}
    ) async -> AttemptOutcome {
        let start = ContinuousClock.now
        let watch = AttemptWatch(start: start, timeout: timeout)
        var outcome: AttemptOutcome
        do {
            outcome = try await attempt(post, watch, repeatingAfter: turn)
        } catch  where AttemptFailure(error) == .reset && watch.answerEndsWithConnection && !Task.isCancelled {
            // However the connection ended: no length was promised that this could have cut short. Many a server leaves
            // without the farewell of TLS, or with bytes of the request unread.
            outcome = watch.answer ?? AttemptOutcome(verdict: .failed(.reset), duration: .zero)
        } catch {
            outcome = Self.outcome(of: Task.isCancelled ? .interrupted : AttemptFailure(error), watch)
            outcome.detail = AttemptFailure.detail(of: error) ?? (watch.speaksHTTP2 ? HTTP2Answer.words : nil)
        }
        outcome.duration = ContinuousClock.now - start
        outcome.phases = watch.phases
        return outcome
    }

    /// What a receiver said in the head of an answer that is no 2xx holds, whatever became of the body.
    private static func outcome(of failure: AttemptFailure, _ watch: AttemptWatch) -> AttemptOutcome {
        guard var outcome = watch.answer else { return AttemptOutcome(verdict: .failed(failure), duration: .zero) }
        if outcome.isSuccess { (outcome.retryAfter, outcome.directive) = (nil, nil) }
        // What breaks off, or breaks the rules, once an answer has begun is a matter of its body.
        outcome.verdict = .failed([.reset, .malformed, .shortage].contains(failure) ? .body : failure)
        return outcome
    }

    /// Sends to the first address that a connection can be opened to. Nothing has been sent to those before it.
    private func attempt(
        _ post: WebhookPost, _ watch: AttemptWatch, repeatingAfter turn: @Sendable () async throws -> Void
    ) async throws -> AttemptOutcome {
        let target = try dialler.target(of: post.url)
        let destinations = try await dialler.destinations(of: target, for: watch)
        watch.ended(.lookup)
        // Where there is another address, half of the time is left for it.
        let connecting = min(destinations.count > 1 ? timeout / 2 : timeout, patience.connecting)
        var failed = FailedDials()
        for destination in destinations where watch.timeLeft > .zero {
            do {
                return try await dialler.send(
                    post, of: target, to: destination, connecting: connecting, for: watch, repeatingAfter: turn)
            } catch {
                guard !watch.isConnected else { throw error }
                let error = failed.add(
                    error, of: try? SocketAddress(ipAddress: destination.address.description, port: target.port))
                let failure = AttemptFailure(error)
                // What is lacking here, another address lacks as well.
                if ![.shortage, .interrupted].contains(failure) { dialler.avoid(destination) }
                guard [.refused, .timeout, .shortage].contains(failure) else {
                    throw await explained(error, of: destination, watch)
                }
            }
        }
        throw failed.telling ?? AttemptTimedOut()
    }

    /// A handshake that failed is looked into, within the time of the attempt.
    private func explained(
        _ error: any Error, of destination: Dialler.Destination, _ watch: AttemptWatch
    ) async -> any Error {
        let server = TLSFault.Server(
            host: destination.host, address: destination.address.description, port: destination.port)
        guard let fault = TLSFault(error, byName: server.hasName) else { return error }
        let explained = try? await watch.whileTimeLasts {
            await fault.lookedInto(at: server, now: .wallClock, patience: patience.secondLook)
        }
        return explained ?? fault
    }
}
