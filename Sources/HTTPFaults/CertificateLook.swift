// A look at the certificate that a server shows: the library says only that it does not hold, and not why.

import ChangeFeed
import NIOCore
import NIOPosix
import NIOSSL

extension TLSFault {
    /// Where there is a server, and under which name.
    package struct Server: Sendable {
        /// As the URL has it; nil where that is an address.
        var name: String?
        var address: String
        var port: Int

        /// - Parameters:
        ///   - host: of the URL, a name or an address.
        ///   - address: to be dialled, or a name that is looked up again.
        package init(host: String, address: String, port: Int) {
            name = IPAddress(host) == nil ? host : nil
            self.address = address
            self.port = port
        }

        package var hasName: Bool { name != nil }
    }

    /// Says more where the certificate does: one more connection is opened, on which nothing is sent or believed.
    ///
    /// - Parameter patience: for opening it, and again for what is shown on it: more than two seconds it is not worth, nor
    ///   is a server that takes them.
    package func lookedInto(
        at server: Server, now: Instant, patience: Duration = .seconds(2)
    ) async -> TLSFault {
        guard asksForALook else { return self }
        var fault = self
        let shown = await Self.certificates(shownBy: server, within: TimeAmount(patience))
        fault.words = ShownCertificate.fault(of: shown, at: now) ?? words
        return fault
    }

    private static func certificates(shownBy server: Server, within time: TimeAmount) async -> [ShownCertificate] {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let shown = loop.makePromise(of: [ShownCertificate].self)
        guard let context = try? NIOSSLContext(configuration: .forALook) else { return [] }
        let connecting = ClientBootstrap(group: loop).connectTimeout(time)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(
                        context: context, serverHostname: server.name,
                        customVerificationCallback: { chain, verdict in
                            shown.succeed(chain.map { ShownCertificate($0) })
                            verdict.succeed(NIOSSLVerificationResult.failed)
                        })
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(host: server.address, port: server.port)
        connecting.whenComplete { result in
            guard case .success(let channel) = result else { return shown.succeed([]) }
            let end = channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
            channel.closeFuture.whenComplete { _ in
                end.cancel()
                shown.succeed([])
            }
        }
        return await withTaskCancellationHandler {
            (try? await shown.futureResult.get()) ?? []
        } onCancel: {
            shown.succeed([])
        }
    }
}

extension TLSConfiguration {
    /// Of a connection that is made to see what is shown, kinds of keys included that are not spoken otherwise.
    fileprivate static var forALook: TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates([])
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        tls.curves = [.x25519, .secp256r1, .secp384r1, .secp521r1]
        tls.verifySignatureAlgorithms = [
            .ecdsaSecp256R1Sha256, .ecdsaSecp384R1Sha384, .ecdsaSecp521R1Sha512, .ed25519, .rsaPssRsaeSha256,
            .rsaPssRsaeSha384, .rsaPssRsaeSha512, .rsaPkcs1Sha256, .rsaPkcs1Sha384, .rsaPkcs1Sha512,
        ]
        return tls
    }
}
